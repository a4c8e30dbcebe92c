// A backup that a task, another extension or a language model asks for. Whoever asks is told what came of it; the user sees in the
// status bar and in the tree that it is under way, and can cancel it there.

import type { Progress } from '../core/jobs/job.js';
import type { NamedWish } from './boardMeant.js';
import type { ConnectedBoardChoice } from './pickBoard.js';
import { runQuietly } from './runJob.js';
import type { Services } from './services.js';
import { type BackupInOrder, isWhole, logDetails, rememberBackup, takeInOrder, wordsFor } from './takeBackup.js';
import { warnAfterBackups } from './warnAfterBackups.js';

export interface QuietBackupOptions {
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** @throws BackupError as `backup` does */
export async function backUpQuietly(
  services: Services,
  board: ConnectedBoardChoice,
  wish: NamedWish,
  { signal: mine, onProgress }: QuietBackupOptions,
): Promise<BackupInOrder> {
  const words = { ...wordsFor(board), isWhole };
  const result = await runQuietly<BackupInOrder>(services, words, ({ signal, onProgress: show, ...context }) => {
    const both = (progress: Progress) => {
      show?.(progress);
      onProgress?.(progress);
    };
    const either = AbortSignal.any([mine, ...(signal ? [signal] : [])]);
    return takeInOrder(services, { ...context, signal: either, onProgress: both }, board, wish, {});
  });
  logDetails(services, result);
  await rememberBackup(services, board, result);
  warnAfterBackups(services, [result]);
  return result;
}
