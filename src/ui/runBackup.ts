// A backup as the user sees it: progress, then what came of it, with the next step as a button.

import * as vscode from 'vscode';
import { type BackupOptions, type BackupResult, backup } from '../core/jobs/backup.js';
import { resumedSentence } from '../core/jobs/cutOff.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { ROOT } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration, moment } from '../core/text.js';
import { type Approach, addressOf, remediesFor } from './approach.js';
import { BACKUP_SHARES } from './jobBar.js';
import type { ConnectedBoardChoice } from './pickBoard.js';
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
  const { include, exclude, fullAfter, recordUnchanged } = readSettings();
  const { boards } = services;
  const words: JobWords = {
    ...{ title: `Backing up ${board.name}`, noun: 'Backup', shares: BACKUP_SHARES },
    remedies: (error) => remediesFor(services, error, approach, (more) => void runBackup(services, board, wish, more)),
  };
  const result = await runJob(services, words, async (context) => {
    const address = addressOf(services, board.url, 'backup', approach);
    return backup(context, address, await boards.openStore(), {
      ...wish,
      ...{ fullAfter, recordUnchanged },
      scope: { root: ROOT, include, exclude },
    });
  });
  if (!result) return undefined;
  await boards.learn(board.url, result.backup.board.id);
  await boards.refreshBackups();
  void tell(services, result);
  return result.backup;
}

async function tell(services: Services, result: BackupResult): Promise<void> {
  const { backup, unchanged, errors, warnings, limits } = result;
  for (const error of errors) services.log.warn(`not backed up: ${error.message}`);
  for (const warning of warnings) services.log.warn(warning);
  for (const limit of limits) services.log.info(limit);
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
