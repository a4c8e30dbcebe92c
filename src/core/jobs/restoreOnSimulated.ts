// Restores the files of a backup onto an empty simulated board, with the ordinary restore job, and compares the result with the
// manifest.

import { tmpdir } from 'node:os';
import { diskError } from '../archive/diskErrors.js';
import { isFile, type Manifest, type ManifestFile } from '../archive/manifest.js';
import { createPlacement, isPortable } from '../archive/placement.js';
import { SIMULATED_FLASH } from '../board/simulated/power.js';
import { type ThrowAwayBoard, withThrowAwayBoard } from '../board/simulated/throwAway.js';
import { isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, parentOf } from '../paths.js';
import { lockWithoutFile } from '../store/lock.js';
import type { RestoreJournal } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { bytes, count } from '../text.js';
import type { JobContext } from './job.js';
import { restore } from './restore.js';
import { skipSentence } from './restoreText.js';

export interface ToTryOut {
  backup: BackupSummary;
  manifest: Manifest;
  /** Files of it whose content the store has sound. */
  sound: readonly ManifestFile[];
  /** False if there is no time left: nothing is restored then. */
  isInTime: boolean;
}

export interface TriedOut {
  /** Files that are on the simulated board as the manifest says. */
  restored: number;
  /** Paths on the simulated board that are not as they should be; `reason` is a sentence. */
  wrong: Array<{ path: BoardPath; reason: string }>;
  /** Why files were not restored: sentences. */
  limits: string[];
  /** False if time ran out before the files were on the simulated board. */
  isInTime: boolean;
}

/** Free space for folders and temporary files. */
const SPARE = 1 << 20;

/**
 * @param user aborted by the user
 * @param within aborted by the user or when time is over
 * @throws BackupError `cancelled` by the user, `port-failed` if no simulated board starts here, `store-…`
 */
export async function restoreOnSimulated(
  user: JobContext,
  within: JobContext,
  store: Store,
  { backup, manifest: { entries }, sound, isInTime }: ToTryOut,
): Promise<TriedOut> {
  const result: TriedOut = { restored: 0, wrong: [], limits: [], isInTime };
  const placement = createPlacement(isPortable);
  const named = sound.filter(({ path, sha256 }) => placement.ofFile(path, sha256).startsWith('files/'));
  const unnamed = sound.length - named.length;
  if (unnamed > 0)
    result.limits.push(t("{0} cannot be on this computer's disk under their names.", count(unnamed, 'file')));
  if (!isInTime) {
    result.limits.push(noTime());
    return result;
  }
  const files = withRoom(named);
  if (files.length < named.length) result.limits.push(noRoom());
  // A folder is made with the files in it, unless it is empty.
  const parents = new Set(entries.map(({ path }) => parentOf(path)));
  const folders = entries.filter(
    (entry) => !isFile(entry) && !parents.has(entry.path) && placement.ofFolder(entry.path) !== undefined,
  );
  const paths = [...files, ...folders].map(({ path }) => path);
  if (paths.length === 0) return result;
  try {
    await withThrowAwayBoard((board) => restoreAndCompare(within, store, board, { backup, files, paths }, result));
  } catch (error) {
    // Checked first: a restore that is cut short may end with another error.
    throwIfCancelled(user.signal);
    if (within.signal?.aborted) {
      result.isInTime = false;
      result.limits.push(noTime());
    } else if (isBackupError(error, 'board-full')) result.limits.push(noRoom());
    else throw diskError(error, tmpdir());
  }
  return result;
}

async function restoreAndCompare(
  within: JobContext,
  store: Store,
  { url, open, hashes }: ThrowAwayBoard,
  { backup, files, paths }: { backup: BackupSummary; files: readonly ManifestFile[]; paths: readonly BoardPath[] },
  result: TriedOut,
): Promise<void> {
  const options = { backup, paths, allowOtherBoard: true, deviceFiles: [], safety: 'none' } as const;
  const { skipped } = await restore(within, { url, open }, withoutTrace(store), options);
  const found = await hashes();
  const reasons = new Map(skipped.map(({ path, skip }) => [path, skip]));
  for (const skip of new Set(reasons.values())) result.limits.push(t('Files were left out: {0}.', skipSentence(skip)));
  const wrong = (path: BoardPath, reason: string) => result.wrong.push({ path, reason });
  for (const { path, sha256 } of files.filter((file) => !reasons.has(file.path))) {
    const hash = found.get(path);
    if (hash === sha256) result.restored += 1;
    else if (hash === undefined)
      wrong(path, t('{0} is not on the simulated board after the restore.', displayPath(path)));
    else wrong(path, t('{0} has other bytes on the simulated board than in the backup.', displayPath(path)));
  }
  const wanted = new Set(files.map(({ path }) => path));
  for (const path of found.keys()) {
    if (!wanted.has(path)) wrong(path, t('{0} is on the simulated board, and not in the backup.', displayPath(path)));
  }
}

/** @returns as many files as fit together, the small ones first */
function withRoom(files: readonly ManifestFile[]): ManifestFile[] {
  let room = SIMULATED_FLASH - SPARE;
  return [...files]
    .sort((one, other) => one.size - other.size)
    .filter(({ size }) => {
      room -= blocksOf(size);
      return room >= 0;
    });
}

/** A small file takes a whole block. */
function blocksOf(size: number): number {
  return Math.ceil(size / 4096) * 4096;
}

function noRoom(): string {
  return t('The simulated board has no room for all files: it has {0}.', bytes(SIMULATED_FLASH));
}

function noTime(): string {
  return t('Time ran out before the files were on the simulated board.');
}

/** The same store, without the lock, the history and the record of a restore: the board is not the user's, and nothing has to be undone. */
function withoutTrace(store: Store): Store {
  const journal: RestoreJournal = {
    id: '',
    async started() {},
    async ended() {},
    async stopped() {},
    async dropped() {},
  };
  return {
    ...store,
    // The test restore holds the lock already.
    lock: async () => lockWithoutFile,
    async note() {},
    beginRestore: async () => journal,
  };
}
