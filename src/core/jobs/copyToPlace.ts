// Copies archives and the small files of a store to its second place. What is damaged here is not copied: it would take the place of
// the last sound copy.

import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { isEncryptedName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError, throwIfCancelled } from '../errors.js';
import { hashesOf } from '../offsite/fileHashes.js';
import { isPlainPath, type Place, type Travelling } from '../offsite/place.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { inBatches } from '../plan/offsitePlan.js';
import { type CopiedFile, encodeCopied } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import { PLAIN_INDEX, SEALED_INDEX } from '../store/storedIndex.js';
import { ENCRYPTION_FILE, HISTORY_FILE, notesIn, TOP_FILES } from '../store/storeFiles.js';
import { FAR_RECORD } from './farFile.js';
import { type JobContext, trackPhases } from './job.js';
import { type SoundArchive, soundArchive } from './soundArchive.js';

/** What is added to with each job: no reason to copy anything. */
const NO_REASON: ReadonlySet<string> = new Set([HISTORY_FILE, FAR_RECORD]);

export interface Copied {
  copied: CopiedFile[];
  /** What was left out, with the reason. Paths within the store. */
  left: { path: string; reason: string }[];
}

export interface CopyRequest {
  place: Place;
  folder: string;
  /** Paths within the store. */
  paths: readonly string[];
  /** What is there under these names, and has to be set aside first. */
  aside: ReadonlySet<string>;
  /** What they have to be, if that is known. */
  known?: ReadonlyMap<string, CopiedFile>;
  /** Is told what is there, after each batch. */
  onBatch: (copied: readonly SoundArchive[]) => Promise<void>;
}

/** Copies archives, some at a time. */
export async function copyArchives(context: JobContext, store: Store, request: CopyRequest): Promise<Copied> {
  const { place, folder, paths, aside, known } = request;
  const phases = trackPhases(context);
  const left: Copied['left'] = [];
  const sound: (SoundArchive & { size: number })[] = [];
  phases.begin('check', { files: paths.length, bytes: 0 });
  for (const path of paths) {
    throwIfCancelled(context.signal);
    const local = await soundArchive(context, store, path, known?.get(path));
    if (local && 'reason' in local) left.push({ path, reason: local.reason });
    else if (local) sound.push({ ...local, size: local.file.size });
    phases.add({ files: 1 });
  }
  const copied: CopiedFile[] = [];
  phases.begin('copy', { files: sound.length, bytes: sound.reduce((sum, { size }) => sum + size, 0) });
  const onBytes = (bytes: number) => phases.add({ bytes });
  for (const batch of inBatches(sound)) {
    throwIfCancelled(context.signal);
    const inTheWay = batch.map(({ file }) => file.path).filter((path) => aside.has(path));
    await place.setAside(folder, inTheWay, { signal: context.signal });
    const travelling: Travelling[] = batch.map(({ file: { path, size, ...hashes } }) => ({ path, size, hashes }));
    const put = await place.put(folder, store.root, travelling, 'new', { signal: context.signal, onBytes });
    left.push(...put.failed);
    const there = new Set(put.there);
    const arrived = batch.filter(({ file }) => there.has(file.path));
    copied.push(...arrived.map(({ file }) => file));
    await request.onBatch(arrived);
    phases.add({ files: arrived.length });
  }
  return { copied, left };
}

/**
 * How the archives are encrypted is there before the first of them is: else whoever brings them back would write them plain.
 *
 * @returns the hashes of what is there now, by path
 */
export async function copyEncryptionFirst(
  { env, signal }: JobContext,
  store: Store,
  { place, folder, before, there }: Pick<BesideRequest, 'place' | 'folder' | 'before' | 'there'>,
): Promise<Record<string, string>> {
  const path = ENCRYPTION_FILE;
  const absolute = join(store.root, path);
  try {
    if ((await env.fs.info(absolute))?.kind !== 'file') return before;
    const { size, hashes } = await hashesOf(env, absolute, signal);
    if (before[path] === hashes.sha256 && there.has(path)) return before;
    await place.put(folder, store.root, [{ path, size, hashes }], 'replace', { signal });
    return { ...before, [path]: hashes.sha256 };
  } catch (error) {
    throw diskError(error, absolute);
  }
}

/** A small file that travels along, as it is now. */
interface Beside {
  path: string;
  bytes: Uint8Array;
  sha256: string;
}

export interface BesideRequest {
  place: Place;
  folder: string;
  /** SHA-256 of what was copied before, by path. */
  before: Readonly<Record<string, string>>;
  /** What lies there. */
  there: ReadonlySet<string>;
  /** Whether archives came or went: then all of them are brought up to date. */
  isNew: boolean;
  archives: readonly CopiedFile[];
  /** An index that covers what lies there alone, too, by its name. Asked if an index is to be copied. */
  indexes: () => Promise<ReadonlyMap<string, Uint8Array>>;
}

/**
 * After the archives: what they tell of is there then.
 *
 * @returns the hashes of what is there now, by path
 */
export async function copyBeside(
  { env, signal }: JobContext,
  store: Store,
  request: BesideRequest,
): Promise<Record<string, string>> {
  const { place, folder, before, there, isNew, archives } = request;
  const found = await filesBeside(env, store);
  const { state } = await store.encryption();
  // What was read before a change of key is not told afterwards, and what is not right for the store does not travel.
  const isChanging = state === 'changing' || state === 'ending';
  const outdated = state === 'plain' ? SEALED_INDEX : PLAIN_INDEX;
  const now = found.filter(({ path }) => (isChanging ? path === ENCRYPTION_FILE : path !== outdated));
  // What lies there encrypted is not to be brought back plain.
  const isNeeded = (path: string) =>
    path === ENCRYPTION_FILE && archives.some((archive) => isEncryptedName(archive.path));
  // While the key changes, what lies there stays, but for what may tell something in clear.
  const isToGo = (path: string) => !isChanging || path === PLAIN_INDEX;
  const gone = TOP_FILES.filter(
    (path) => there.has(path) && !isNeeded(path) && !now.some((file) => file.path === path) && isToGo(path),
  );
  const changed = now.filter(({ path, sha256 }) => before[path] !== sha256 || !there.has(path));
  const isReason = isNew || gone.length > 0 || changed.some(({ path }) => !NO_REASON.has(path));
  if (!isReason) return before;
  const files: Beside[] = [...changed, asBeside(FAR_RECORD, encodeCopied(archives))];
  const indexes = changed.some(({ path }) => path.startsWith('index.'))
    ? await request.indexes()
    : new Map<string, Uint8Array>();
  const temporary = await temporaryFolder();
  try {
    const travelling: Travelling[] = [];
    for (const { path, bytes } of files) {
      const staged = join(temporary.path, path);
      await env.fs.makeFolder(dirname(staged));
      const file = await env.fs.open(staged, 'create');
      try {
        await file.append(indexes.get(path) ?? bytes);
      } finally {
        await file.close();
      }
      travelling.push({ path, ...(await hashesOf(env, staged)) });
    }
    const { failed } = await place.put(folder, temporary.path, travelling, 'replace', { signal });
    const [first] = failed;
    if (first) throw new BackupError('place-failed', first.reason, { path: place.shown });
  } catch (error) {
    throw diskError(error, temporary.path);
  } finally {
    await temporary.remove();
  }
  await place.remove(folder, gone, { signal });
  const kept = isChanging ? Object.entries(before) : [];
  return Object.fromEntries([...kept, ...now.map(({ path, sha256 }) => [path, sha256])]);
}

async function filesBeside(env: Env, store: Store): Promise<Beside[]> {
  const folders = new Set((await store.files()).map(({ archive }) => dirname(archive)));
  const paths = [...TOP_FILES, ...[...folders].map(notesIn)];
  const found: Beside[] = [];
  for (const path of paths.filter(isPlainPath)) {
    const absolute = join(store.root, path);
    try {
      if ((await env.fs.info(absolute))?.kind === 'file') found.push(asBeside(path, await env.fs.readFile(absolute)));
    } catch (error) {
      throw diskError(error, absolute);
    }
  }
  return found;
}

function asBeside(path: string, bytes: Uint8Array): Beside {
  return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
