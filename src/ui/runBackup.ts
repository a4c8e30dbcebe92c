// A backup as the user sees it: progress, then what came of it, with the next step as a button.

import * as vscode from 'vscode';
import { cancelled, describeCauses } from '../core/errors.js';
import { type BackupOptions, type BackupResult, backup } from '../core/jobs/backup.js';
import {
  type BoardOutcome,
  failedBoards,
  isCancelled,
  outcomeOf,
  summaryOfBoards,
  sumOfBoards,
} from '../core/jobs/backupAll.js';
import { resumedSentence } from '../core/jobs/cutOff.js';
import type { JobContext } from '../core/jobs/job.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { ROOT } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration, moment } from '../core/text.js';
import { type Approach, addressOf, remediesFor } from './approach.js';
import { BACKUP_SHARES } from './jobBar.js';
import { type ConnectedBoardChoice, isConnected } from './pickBoard.js';
import { type JobWords, runJob } from './runJob.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';

/** @returns the newest backup of the board; undefined where the job failed or was cancelled: the user has been told */
export async function runBackup(
  services: Services,
  board: ConnectedBoardChoice,
  wish: Pick<BackupOptions, 'kind' | 'origin'>,
  approach: Approach = {},
): Promise<BackupSummary | undefined> {
  const words: JobWords = {
    ...wordsFor(board),
    remedies: (error) => remediesFor(error, approach, (more) => void runBackup(services, board, wish, more)),
  };
  const result = await runJob(services, words, (context) => take(services, context, board, wish, approach));
  if (!result) return undefined;
  await remember(services, board, result);
  void tell(services, result);
  return result.backup;
}

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
      const outcome = await runJob(services, wordsFor(board), (context) =>
        outcomeOf(board, () => take(services, context, board, wish, {})),
      );
      if (outcome && 'result' in outcome) await remember(services, board, outcome.result);
      return outcome ?? { board, error: cancelled() };
    }),
  );
  void tellAll(services, outcomes);
}

function wordsFor({ name }: ConnectedBoardChoice): JobWords {
  return { title: `Backing up ${name}`, noun: 'Backup', shares: BACKUP_SHARES };
}

async function take(
  services: Services,
  context: JobContext,
  { url }: ConnectedBoardChoice,
  wish: Pick<BackupOptions, 'kind' | 'origin'>,
  approach: Approach,
): Promise<BackupResult> {
  const { include, exclude, fullAfter, recordUnchanged } = readSettings();
  const address = addressOf(services, url, 'backup', approach);
  return backup(context, address, await services.boards.openStore(), {
    ...wish,
    ...{ fullAfter, recordUnchanged },
    scope: { root: ROOT, include, exclude },
  });
}

async function remember({ boards }: Services, { url }: ConnectedBoardChoice, { backup }: BackupResult): Promise<void> {
  await boards.learn(url, backup.board.id);
  await boards.refreshBackups();
}

async function tellAll(services: Services, outcomes: readonly BoardOutcome<ConnectedBoardChoice>[]): Promise<void> {
  const { log } = services;
  for (const outcome of outcomes) {
    if ('result' in outcome) logDetails(services, outcome.result);
    else if (!isCancelled(outcome)) log.error(`Backing up ${outcome.board.name}: ${describeCauses(outcome.error)}`);
  }
  const { backedUp, failed, partly } = sumOfBoards(outcomes);
  const actions = [...(failed > 0 ? ['Try Again'] : []), ...(failed + partly > 0 ? ['Show Log'] : [])];
  const { showInformationMessage, showWarningMessage, showErrorMessage } = vscode.window;
  const show = actions.length === 0 ? showInformationMessage : backedUp > 0 ? showWarningMessage : showErrorMessage;
  const answer = await show(summaryOfBoards(outcomes), ...actions);
  if (answer === 'Show Log') log.show();
  if (answer === 'Try Again') await tryAgain(services, failedBoards(outcomes));
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

function logDetails({ log }: Services, { errors, warnings, limits }: BackupResult): void {
  for (const error of errors) log.warn(`not backed up: ${error.message}`);
  for (const warning of warnings) log.warn(warning);
  for (const limit of limits) log.info(limit);
}

async function tell(services: Services, result: BackupResult): Promise<void> {
  const { backup, unchanged, errors, warnings } = result;
  logDetails(services, result);
  const isWhole = errors.length === 0 && warnings.length === 0;
  const actions = isWhole ? (unchanged ? [] : ['Show Backup']) : ['Show Log'];
  const show = isWhole ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const answer = await show(sentence(result), ...actions);
  if (answer === 'Show Backup') await services.revealBackup(backup.id);
  if (answer === 'Show Log') services.log.show();
}

function sentence(result: BackupResult): string {
  const { backup, read, resumed, unchanged, errors, warnings, program, seconds } = result;
  const { name } = backup.board;
  const done = unchanged
    ? `Nothing has changed on ${name} since the backup of ${moment(backup.createdAt, Date.now())}.`
    : `Backed up ${name}: ${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${read} read in ${duration(seconds)}, all verified.`;
  const kept = resumed > 0 ? [resumedSentence(resumed, backup.files)] : [];
  const lost = errors.length === 0 ? [] : [`${count(errors.length, 'file')} could not be read; the log names them.`];
  // What the board cannot do is news once; the log has it each time.
  const limits = backup.kind === 'full' && !unchanged ? result.limits : [];
  const why = result.reason === undefined ? [] : [result.reason];
  return [done, ...why, ...kept, ...sentencesOnProgram(program), ...limits, ...lost, ...warnings].join(' ');
}
