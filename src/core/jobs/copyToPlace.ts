// Copies archives and the small files of a store to its second place. What is damaged here is not copied: it would take the place of
// the last sound copy.

import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import { verifyArchive } from '../archive/verify.js';
import type { Env } from '../env.js';
import { systemCode, throwIfCancelled } from '../errors.js';
import { hashesOf } from '../offsite/fileHashes.js';
import type { Place, Travelling } from '../offsite/place.js';
import { isPlainPath, mismatch } from '../offsite/place.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { inBatches } from '../plan/offsitePlan.js';
import { type CopiedFile, encodeCopied } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import { FAR_RECORD } from './farStore.js';
import { type JobContext, trackPhases } from './job.js';

/** Of an archive here. */
export type LocalArchive = { file: CopiedFile } | { reason: string };

const AGE_MAGIC = 'age-encryption.org/v1\n';
/** At the top of a store; which of them there are depends on whether it is encrypted. */
const AT_TOP = ['encryption.json', 'index.json', 'index.age', 'history.jsonl'];
const NOTES = 'annotations.jsonl';
/** What is added to with each job: no reason to copy anything. */
const NO_REASON: ReadonlySet<string> = new Set(['history.jsonl', FAR_RECORD]);

/**
 * @param path within the store
 * @param known what it was when it was copied; then it has to be just that
 * @returns undefined where it is gone by now
 */
export async function soundArchive(
  { env, signal }: JobContext,
  store: Store,
  path: string,
  known?: CopiedFile,
): Promise<LocalArchive | undefined> {
  const absolute = join(store.root, path);
  if (!isPlainPath(path)) return { reason: 'Its name cannot be used at a second place.' };
  try {
    const info = await env.fs.info(absolute);
    if (info?.kind !== 'file') return undefined;
    const { size, hashes } = await hashesOf(env, absolute, signal);
    if (known && mismatch({ path, size: known.size, hashes: known }, { size, hashes }) !== undefined)
      return { reason: 'It is not what was copied: it has changed on this computer.' };
    const reason = known ? undefined : await whyUnsound(env, absolute, signal);
    if (reason !== undefined) return { reason };
    return { file: { path, size, modified: info.modified, ...hashes } };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw diskError(error, absolute);
  }
}

/** Of an encrypted one, only its beginning is looked at: no key is needed to copy it. */
async function whyUnsound(env: Env, path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
  if (/\.age$/i.test(path)) {
    const head = new Uint8Array(AGE_MAGIC.length);
    const file = await env.fs.open(path, 'read');
    try {
      await file.read(head, 0);
    } finally {
      await file.close();
    }
    return Buffer.from(head).toString('latin1') === AGE_MAGIC ? undefined : 'It is no encrypted archive.';
  }
  return (await verifyArchive(env, path, signal))[0]?.reason;
}

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
  /** What they have to be, where that is known. */
  known?: ReadonlyMap<string, CopiedFile>;
  /** Is told what is there, after each batch. */
  onBatch: (copied: readonly CopiedFile[]) => Promise<void>;
}

/** Copies archives, some at a time. */
export async function copyArchives(context: JobContext, store: Store, request: CopyRequest): Promise<Copied> {
  const { place, folder, paths, aside, known } = request;
  const phases = trackPhases(context);
  const left: Copied['left'] = [];
  const sound: CopiedFile[] = [];
  phases.begin('check', { files: paths.length, bytes: 0 });
  for (const path of paths) {
    throwIfCancelled(context.signal);
    const local = await soundArchive(context, store, path, known?.get(path));
    if (local && 'reason' in local) left.push({ path, reason: local.reason });
    else if (local) sound.push(local.file);
    phases.add({ files: 1 });
  }
  const copied: CopiedFile[] = [];
  phases.begin('copy', { files: sound.length, bytes: sound.reduce((sum, { size }) => sum + size, 0) });
  const onBytes = (bytes: number) => phases.add({ bytes });
  for (const batch of inBatches(sound)) {
    throwIfCancelled(context.signal);
    const inTheWay = batch.map(({ path }) => path).filter((path) => aside.has(path));
    await place.setAside(folder, inTheWay, { signal: context.signal });
    const travelling: Travelling[] = batch.map(({ path, size, ...hashes }) => ({ path, size, hashes }));
    const put = new Set(await place.put(folder, store.root, travelling, 'new', { signal: context.signal, onBytes }));
    const arrived = batch.filter(({ path }) => put.has(path));
    copied.push(...arrived);
    await request.onBatch(arrived);
    phases.add({ files: arrived.length });
  }
  return { copied, left };
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
  /** An index that covers what lies there alone, too: absolute paths, by its name. Asked where an index is to be copied. */
  indexes: () => Promise<ReadonlyMap<string, string>>;
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
  const now = await filesBeside(env, store);
  const gone = AT_TOP.filter((path) => there.has(path) && !now.some((file) => file.path === path));
  const changed = now.filter(({ path, sha256 }) => before[path] !== sha256 || !there.has(path));
  const isReason = isNew || gone.length > 0 || changed.some(({ path }) => !NO_REASON.has(path));
  if (!isReason) return before;
  const files: Beside[] = [...changed, asBeside(FAR_RECORD, encodeCopied(archives))];
  const indexes = changed.some(({ path }) => path.startsWith('index.')) ? await request.indexes() : new Map();
  const temporary = await temporaryFolder();
  try {
    const travelling: Travelling[] = [];
    for (const { path, bytes } of files) {
      const staged = join(temporary.path, path);
      const index = indexes.get(path);
      await env.fs.makeFolder(dirname(staged));
      const file = await env.fs.open(staged, 'create');
      try {
        await file.append(index === undefined ? bytes : await env.fs.readFile(index));
      } finally {
        await file.close();
      }
      travelling.push({ path, ...(await hashesOf(env, staged)) });
    }
    await place.put(folder, temporary.path, travelling, 'replace', { signal });
  } catch (error) {
    throw diskError(error, temporary.path);
  } finally {
    await temporary.remove();
  }
  await place.remove(folder, gone, { signal });
  return Object.fromEntries(now.map(({ path, sha256 }) => [path, sha256]));
}

async function filesBeside(env: Env, store: Store): Promise<Beside[]> {
  const folders = new Set((await store.files()).map(({ archive }) => dirname(archive)));
  const paths = [...AT_TOP, ...[...folders].map((folder) => (folder === '.' ? NOTES : `${folder}/${NOTES}`))];
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
