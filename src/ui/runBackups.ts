// Backups of several boards at the same time, and one message for all of them.

import { cancelled, describeCauses, isBackupError } from '../core/errors.js';
import {
  type BoardOutcome,
  failedBoards,
  isCancelled,
  nameAmong,
  outcomeOf,
  summaryOfBoards,
  sumOfBoards,
} from '../core/jobs/backupAll.js';
import { prunedSentences } from '../core/jobs/pruneAfter.js';
import { t } from '../core/l10n.js';
import { unawaited } from './failures.js';
import { showError, showInformation, showWarning } from './messages.js';
import { type ConnectedBoardChoice, isConnected } from './pickBoard.js';
import { runBackup } from './runBackup.js';
import { runJob } from './runJob.js';
import type { Services } from './services.js';
import { isWhole, logDetails, pruneAfter, rememberBackup, takeBackup, wordsFor } from './takeBackup.js';
import { warnAfterBackups } from './warnAfterBackups.js';

/**
 * Backs up several boards at the same time, each with its own progress and Cancel, and tells at the end what became of them.
 * Resolves when all have ended, whether the message is read or not.
 */
export async function runBackups(services: Services, boards: readonly ConnectedBoardChoice[]): Promise<void> {
  const wish = { kind: 'auto', origin: 'manual' } as const;
  const [first, ...others] = boards;
  if (first && others.length === 0) {
    await runBackup(services, first, wish);
    return;
  }
  const outcomes = await Promise.all(
    boards.map(async (board) => {
      // What fails is told at the end: to the runner of jobs, it is a result like any other.
      const words = wordsFor({ ...board, name: nameAmong(board, boards) });
      const outcome = await runJob(services, { ...words, isWhole: isGood }, (context) =>
        outcomeOf(board, () => takeBackup(services, context, board, wish, {})),
      );
      if (outcome && 'result' in outcome) await rememberBackup(services, board, outcome.result);
      return outcome ?? { board, error: cancelled() };
    }),
  );
  // Not while others are still being taken: who takes something away waits for those.
  const inOrder: BoardOutcome<ConnectedBoardChoice>[] = [];
  let pruned = 0;
  for (const outcome of outcomes) {
    if (!('result' in outcome)) {
      inOrder.push(outcome);
      continue;
    }
    const result = await pruneAfter(services, { env: services.env }, outcome.result);
    pruned += result.pruned;
    inOrder.push({ ...outcome, result });
  }
  if (pruned > 0) await services.boards.refreshBackups();
  unawaited(services, tellAll(services, inOrder, pruned));
  warnAfterBackups(
    services,
    inOrder.flatMap((outcome) => ('result' in outcome ? [outcome.result] : [])),
  );
}

async function tellAll(
  services: Services,
  outcomes: readonly BoardOutcome<ConnectedBoardChoice>[],
  pruned: number,
): Promise<void> {
  const { log } = services;
  const boards = outcomes.map(({ board }) => board);
  for (const outcome of outcomes) {
    if ('result' in outcome) logDetails(services, outcome.result);
    else if (!isCancelled(outcome)) {
      const { board, error } = outcome;
      log.error(`Backing up ${nameAmong(board, boards)}: ${describeCauses(error)}`);
      if (isBackupError(error) && error.hint) log.info(error.hint);
    }
  }
  const { backedUp, failed, partly } = sumOfBoards(outcomes);
  const [again, showLog] = [t('Try Again'), t('Show Log')];
  const actions = [...(failed > 0 ? [again] : []), ...(failed + partly > 0 ? [showLog] : [])];
  const show = actions.length === 0 ? showInformation : backedUp > 0 ? showWarning : showError;
  const answer = await show([summaryOfBoards(outcomes), ...prunedSentences(pruned)].join(' '), ...actions);
  if (answer === showLog) log.show();
  if (answer === again) await tryAgain(services, failedBoards(outcomes));
}

/** A board may be at another port by now. One that is away fails again, and is told again. */
async function tryAgain(services: Services, failed: readonly ConnectedBoardChoice[]): Promise<void> {
  await services.boards.refresh();
  const now = new Map(services.boards.list.filter(isConnected).map((board) => [board.key, board]));
  await runBackups(
    services,
    failed.map((board) => now.get(board.key) ?? board),
  );
}

function isGood(outcome: BoardOutcome<ConnectedBoardChoice>): boolean {
  return 'result' in outcome && isWhole(outcome.result);
}
