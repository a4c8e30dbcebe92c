// Is a backup good for anything? Restores it, with the same job as always, onto an empty simulated board, and compares what is
// there then with the manifest, file by file. Only a backup that was restored once is known to be one. Neither the store nor any
// board of the user is written to, but for what came of it.

import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { diskError } from '../archive/diskErrors.js';
import { isFile, type Manifest, type ManifestFile } from '../archive/manifest.js';
import { createPlacement, isPortable } from '../archive/placement.js';
import { SIMULATED_FLASH } from '../board/simulated/power.js';
import { type ThrowAwayBoard, withThrowAwayBoard } from '../board/simulated/throwAway.js';
import { BackupError, type ErrorCode, isBackupError, systemCode, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, parentOf } from '../paths.js';
import { lockWithoutFile } from '../store/lock.js';
import type { RestoreJournal } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { bytes, count } from '../text.js';
import { holding } from './holding.js';
import { type JobContext, type Phases, trackPhases } from './job.js';
import { noteSoundness } from './noteSoundness.js';
import { type Account, recorded } from './recorded.js';
import { restore } from './restore.js';
import { skipSentence } from './restoreText.js';

export interface TestRestoreOptions {
  /** How long it may take; what is not reached by then is told. Without an end where nothing is said. */
  seconds?: number;
}

/** One thing that is wrong. */
export interface TestDamage {
  /** Null for the manifest. */
  path: BoardPath | null;
  /** A sentence. */
  reason: string;
  /**
   * `damaged`: the bytes are wrong. `missing`: they are in no archive. `read-error`: the disk did not give them, and may another time. `restore`: they are
   * sound in the store, and came back from the board as something else.
   */
  certainty: 'damaged' | 'missing' | 'read-error' | 'restore';
}

export interface TestRestoreResult {
  backup: BackupSummary;
  /** `partly`: nothing is wrong with what was reached. */
  outcome: 'sound' | 'damaged' | 'partly';
  damaged: TestDamage[];
  /** Files of the backup. */
  files: number;
  /** Read from the store, every byte, and found to be what the manifest says; and their bytes. */
  read: number;
  bytes: number;
  /** Of these, restored onto the simulated board, and found there just so. */
  restored: number;
  /** Files that were not reached in time. */
  left: number;
  /** Why files were only read, and not restored: sentences. */
  limits: string[];
  seconds: number;
}

/**
 * Damage is noted on the backup, as a verification does; and what came of it, in the history.
 *
 * @throws BackupError `cancelled`, `backup-not-found`, `port-failed` where no simulated board starts here, `store-…`
 */
export function testRestore(
  context: JobContext,
  store: Store,
  backup: BackupSummary,
  options: TestRestoreOptions = {},
): Promise<TestRestoreResult> {
  const { id, name } = backup.board;
  const about: Account = { board: { id, name }, backups: 1 };
  const account = ({ damaged, read, bytes }: Omit<TestRestoreResult, 'seconds'>): Account => ({
    ...about,
    ...(damaged.length > 0 && { ok: false, code: codeOf(damaged) }),
    ...{ files: read, bytes },
  });
  const work = () =>
    holding(context, store, 'shared', 'tests a backup', async () => {
      const result = await withinTime(context, options, (within) => test(context, within, store, backup));
      await noteDamage(context, store, result);
      return result;
    });
  return recorded(context, store, 'test-restore', account, work, () => about);
}

/** Only what is surely damaged or missing is called so: it is noted on the backup. */
function codeOf(damaged: readonly TestDamage[]): ErrorCode {
  const has = (certainty: TestDamage['certainty']) => damaged.some((damage) => damage.certainty === certainty);
  return has('damaged') || has('missing') ? 'archive-damaged' : has('restore') ? 'file-changed' : 'content-missing';
}

/** @param work is given a context that ends with the time, too */
async function withinTime<Result>(
  context: JobContext,
  { seconds }: TestRestoreOptions,
  work: (within: JobContext) => Promise<Result>,
): Promise<Result> {
  if (seconds === undefined) return work(context);
  const [over, done] = [new AbortController(), new AbortController()];
  if (seconds <= 0) over.abort();
  else void context.env.clock.sleep(1000 * seconds, done.signal).then(() => over.abort());
  const signals = [over.signal, ...(context.signal ? [context.signal] : [])];
  try {
    return await work({ ...context, signal: AbortSignal.any(signals) });
  } finally {
    done.abort();
  }
}

type Tested = Omit<TestRestoreResult, 'seconds'>;

async function test(user: JobContext, within: JobContext, store: Store, backup: BackupSummary): Promise<Tested> {
  const result: Tested = {
    ...{ backup, outcome: 'sound', damaged: [], files: backup.files },
    ...{ read: 0, bytes: 0, restored: 0, left: 0, limits: [] },
  };
  const manifest = await soundManifest(store, backup, result);
  if (manifest) {
    const files = manifest.entries.filter(isFile);
    const sound = await readAll(user, within, store, files, result);
    await restoreAll(user, within, store, manifest, sound, result);
  }
  const isWhole = result.left === 0 && !result.limits.includes(noTime());
  return { ...result, outcome: result.damaged.length > 0 ? 'damaged' : isWhole ? 'sound' : 'partly' };
}

async function soundManifest(store: Store, backup: BackupSummary, result: Tested): Promise<Manifest | undefined> {
  try {
    return await store.readManifest(backup);
  } catch (error) {
    if (!isBackupError(error, 'archive-damaged')) throw error;
    result.damaged.push({ path: null, reason: error.message, certainty: 'damaged' });
    result.left = backup.files;
    return undefined;
  }
}

/** What is damaged is known by its name before anything is restored, which would end with the first of them. */
async function readAll(
  user: JobContext,
  within: JobContext,
  store: Store,
  files: readonly ManifestFile[],
  result: Tested,
): Promise<ManifestFile[]> {
  const phases = trackPhases(within);
  phases.begin('check', { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0) });
  const sound: ManifestFile[] = [];
  for (const [index, file] of files.entries()) {
    throwIfCancelled(user.signal);
    phases.file(file.path);
    try {
      await read(within, store, file, phases);
      sound.push(file);
      result.read += 1;
      result.bytes += file.size;
    } catch (error) {
      if (isBackupError(error, 'cancelled') && !user.signal?.aborted) {
        result.left = files.length - index;
        return sound;
      }
      if (!isBackupError(error, 'content-missing')) throw error;
      const certainty = mayBeSound(error.cause) ? 'read-error' : (await isInNone(store, file)) ? 'missing' : 'damaged';
      result.damaged.push({ path: file.path, reason: error.message, certainty });
    }
  }
  return sound;
}

/** Of content that cannot be had. Where an archive cannot be read, it may be in that one. */
async function isInNone(store: Store, { sha256, size }: ManifestFile): Promise<boolean> {
  const places = await store.locate(sha256);
  return !places.some((place) => place.size === size) && (await store.list()).unreadable.length === 0;
}

/** Hashed here once more: what is to be proven is not taken from the code that is tested. */
async function read({ signal }: JobContext, store: Store, file: ManifestFile, phases: Phases): Promise<void> {
  const hash = createHash('sha256');
  throwIfCancelled(signal);
  for await (const chunk of store.readContent(file)) {
    throwIfCancelled(signal);
    hash.update(chunk);
    phases.add({ bytes: chunk.length });
  }
  phases.add({ files: 1 });
  if (hash.digest('hex') !== file.sha256)
    throw new BackupError('content-missing', t('The bytes of {0} are not the right ones.', displayPath(file.path)));
}

/** What the disk did not give, or a later version of this software wrote, is no damage. */
function mayBeSound(cause: unknown): boolean {
  const code = systemCode(cause);
  return (code !== undefined && code !== 'ENOENT') || isBackupError(cause, 'archive-unsupported');
}

/** For folders, and for what is written aside. */
const SPARE = 1 << 20;

/** Small files take a whole block. */
function blocksOf(size: number): number {
  return Math.ceil(size / 4096) * 4096;
}

/** @returns as many as have room together, the small ones first */
function withRoom(files: readonly ManifestFile[]): ManifestFile[] {
  let room = SIMULATED_FLASH - SPARE;
  return [...files]
    .sort((one, other) => one.size - other.size)
    .filter(({ size }) => {
      room -= blocksOf(size);
      return room >= 0;
    });
}

function noRoom(): string {
  return t('The simulated board has no room for all files: it has {0}.', bytes(SIMULATED_FLASH));
}

function noTime(): string {
  return t('Time ran out before the files were on the simulated board.');
}

async function restoreAll(
  user: JobContext,
  within: JobContext,
  store: Store,
  { entries }: Manifest,
  sound: readonly ManifestFile[],
  result: Tested,
): Promise<void> {
  const placement = createPlacement(isPortable);
  const isFitting = ({ path, sha256 }: ManifestFile) => placement.ofFile(path, sha256).startsWith('files/');
  const named = sound.filter(isFitting);
  const unfit = sound.length - named.length;
  if (unfit > 0) {
    result.limits.push(t("{0} cannot be on this computer's disk under their names.", count(unfit, 'file')));
  }
  if (result.left > 0) {
    result.limits.push(noTime());
    return;
  }
  const fitting = withRoom(named);
  if (fitting.length < named.length) result.limits.push(noRoom());
  // Folders come with what is in them, but for those that are empty.
  const parents = new Set(entries.map(({ path }) => parentOf(path)));
  const folders = entries.filter(
    (entry) => !isFile(entry) && !parents.has(entry.path) && placement.ofFolder(entry.path) !== undefined,
  );
  const paths = [...fitting, ...folders].map(({ path }) => path);
  if (paths.length === 0) return;
  try {
    await withThrowAwayBoard((board) => restoreOnto(within, store, board, fitting, paths, result));
  } catch (error) {
    // Whatever it ends with then: a board that was cut short may say something else.
    throwIfCancelled(user.signal);
    if (within.signal?.aborted) result.limits.push(noTime());
    else if (isBackupError(error, 'board-full')) result.limits.push(noRoom());
    else throw diskError(error, tmpdir());
  }
}

async function restoreOnto(
  within: JobContext,
  store: Store,
  board: ThrowAwayBoard,
  files: readonly ManifestFile[],
  paths: readonly BoardPath[],
  result: Tested,
): Promise<void> {
  const { url, open } = board;
  const { skipped } = await restore(within, { url, open }, onlyReading(store), {
    ...{ backup: result.backup, paths, allowOtherBoard: true, deviceFiles: [], safety: 'none' },
  });
  const there = await board.hashes();
  const reasons = new Map(skipped.map(({ path, skip }) => [path, skip]));
  for (const skip of new Set(reasons.values())) result.limits.push(t('Files were left out: {0}.', skipSentence(skip)));
  const wrong = (path: BoardPath, reason: string) => result.damaged.push({ path, reason, certainty: 'restore' });
  for (const { path, sha256 } of files.filter((file) => !reasons.has(file.path))) {
    const found = there.get(path);
    if (found === sha256) result.restored += 1;
    else if (found === undefined)
      wrong(path, t('{0} is not on the simulated board after the restore.', displayPath(path)));
    else wrong(path, t('{0} has other bytes on the simulated board than in the backup.', displayPath(path)));
  }
  const wanted = new Set(files.map(({ path }) => path));
  for (const path of there.keys()) {
    if (!wanted.has(path)) wrong(path, t('{0} is on the simulated board, and not in the backup.', displayPath(path)));
  }
}

/** The store, for a restore of which nothing shall remain: the board is no board of the user, and there is nothing to undo. */
function onlyReading(store: Store): Store {
  const journal: RestoreJournal = {
    id: '',
    async started() {},
    async ended() {},
    async stopped() {},
    async dropped() {},
  };
  return {
    ...store,
    // Ours holds it already.
    lock: async () => lockWithoutFile,
    async note() {},
    beginRestore: async () => journal,
  };
}

async function noteDamage(context: JobContext, store: Store, { backup, damaged }: Tested): Promise<void> {
  if (!damaged.some(({ certainty }) => certainty === 'damaged' || certainty === 'missing')) return;
  const isLacking = damaged.every(({ certainty }) => certainty === 'missing');
  try {
    await noteSoundness(context, store, [backup], isLacking ? 'lacking' : 'damaged');
  } catch (error) {
    // A store that cannot be written to can be tested all the same.
    if (!isBackupError(error)) throw error;
    context.env.log.warn(`The damage could not be noted: ${error.message}`);
  }
}
