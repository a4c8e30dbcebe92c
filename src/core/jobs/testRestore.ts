// A test restore: reads every file of a backup, restores it onto an empty simulated board, and compares the result with the
// manifest. Only a backup that has been restored once is known to be one. It leaves a line in the history, and a note on the backup
// if it found damage.

import { createHash } from 'node:crypto';
import { isFile, type Manifest, type ManifestFile } from '../archive/manifest.js';
import { BackupError, type ErrorCode, isBackupError, systemCode, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { holding } from './holding.js';
import { type JobContext, type Phases, trackPhases } from './job.js';
import { noteSoundness } from './noteSoundness.js';
import { type Account, recorded } from './recorded.js';
import { restoreOnSimulated } from './restoreOnSimulated.js';

export interface TestRestoreOptions {
  /** How long it may take; the result says what was not reached by then. Absent: as long as it takes. */
  seconds?: number;
}

/** One thing that is wrong. */
export interface TestDamage {
  /** Null for the manifest. */
  path: BoardPath | null;
  /** A sentence. */
  reason: string;
  /**
   * `damaged`: the bytes are wrong. `missing`: they are in no archive. `read-error`: the disk did not read them, and may do so another time.
   * `restore`: they are sound in the store, and were wrong on the board after the restore.
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
  /** Files that were read from the store, every byte, and are what the manifest says; and their bytes. */
  read: number;
  bytes: number;
  /** Those of them that were restored onto the simulated board, and are the same there. */
  restored: number;
  /** Files that were not reached in time. */
  left: number;
  /** Why files were only read, and not restored: sentences. */
  limits: string[];
  seconds: number;
}

/**
 * Notes damage on the backup, as a verification does, and the outcome in the history.
 *
 * @throws BackupError `cancelled`, `backup-not-found`, `port-failed` if no simulated board starts here, `store-…`
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
    files: read,
    bytes,
  });
  const work = () =>
    holding(context, store, 'shared', 'tests a backup', async () => {
      const result = await withinTime(context, options, (within) => test(context, within, store, backup));
      await noteDamage(context, store, result);
      return result;
    });
  return recorded(context, store, 'test-restore', account, work, () => about);
}

/** `archive-damaged` only for what is surely damaged or missing, as that is noted on the backup. */
function codeOf(damaged: readonly TestDamage[]): ErrorCode {
  const has = (certainty: TestDamage['certainty']) => damaged.some((damage) => damage.certainty === certainty);
  return has('damaged') || has('missing') ? 'archive-damaged' : has('restore') ? 'file-changed' : 'content-missing';
}

/** @param work gets a context that is also aborted when the time is over */
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
    backup,
    outcome: 'sound',
    damaged: [],
    files: backup.files,
    read: 0,
    bytes: 0,
    restored: 0,
    left: 0,
    limits: [],
  };
  const manifest = await soundManifest(store, backup, result);
  let isInTime = true;
  if (manifest) {
    const sound = await readAll(user, within, store, manifest.entries.filter(isFile), result);
    const onBoard = await restoreOnSimulated(user, within, store, {
      backup,
      manifest,
      sound,
      isInTime: result.left === 0,
    });
    isInTime = onBoard.isInTime;
    result.restored = onBoard.restored;
    result.limits.push(...onBoard.limits);
    result.damaged.push(...onBoard.wrong.map((wrong) => ({ ...wrong, certainty: 'restore' as const })));
  }
  return { ...result, outcome: result.damaged.length > 0 ? 'damaged' : isInTime ? 'sound' : 'partly' };
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

/** Reads all files first, so that each damaged one is named: a restore would end at the first of them. */
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

/** Whether content that cannot be read is in no archive at all. An archive that cannot be opened may hold it. */
async function isInNone(store: Store, { sha256, size }: ManifestFile): Promise<boolean> {
  const places = await store.locate(sha256);
  return !places.some((place) => place.size === size) && (await store.list()).unreadable.length === 0;
}

/** Hashes the bytes again: the test must not rely on the code that it tests. */
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

/** Content that the disk did not read, or that a later version of this software wrote, is not known to be damaged. */
function mayBeSound(cause: unknown): boolean {
  const code = systemCode(cause);
  return (code !== undefined && code !== 'ENOENT') || isBackupError(cause, 'archive-unsupported');
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
