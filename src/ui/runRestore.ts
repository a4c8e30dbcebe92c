// A restore as the user sees it: the question before, the progress, and the report after.

import * as vscode from 'vscode';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { type RestoreResult, restore } from '../core/jobs/restore.js';
import { type BoardPath, displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, duration, moment } from '../core/text.js';
import { type Approach, addressOf, remediesFor } from './approach.js';
import { RESTORE_SHARES } from './jobBar.js';
import { type ConnectedBoardChoice, pickBoard } from './pickBoard.js';
import { type JobWords, runJob } from './runJob.js';
import type { Services } from './services.js';

export interface WhatToRestore {
  /** Files and folders; the root for everything. */
  paths: readonly BoardPath[];
  /** How many rows were selected besides, and are not restored. */
  leftOut?: number;
}

export async function runRestore(
  services: Services,
  backup: BackupSummary,
  { paths, leftOut = 0 }: WhatToRestore,
): Promise<void> {
  const { boards } = services;
  await boards.refresh();
  const own = boards.list.find(({ id, url }) => id === backup.board.id && url !== undefined);
  const board = await pickBoard(services, 'Which board shall get the files?', own);
  if (!board) return;
  const what = nameOfSelection(paths);
  const detail = [
    `Backup: ${moment(backup.createdAt, Date.now())}, ${backup.kind}.`,
    ...aboutOtherBoard(board, backup),
    ...(leftOut === 0 ? [] : [leftOutSentence(leftOut)]),
    'What is replaced on the board is backed up first. Other files stay as they are.',
  ].join('\n');
  const question = `Restore ${what} to ${board.name}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Restore')) !== 'Restore') return;

  await restoreTo(services, board, backup, paths);
}

async function restoreTo(
  services: Services,
  board: ConnectedBoardChoice,
  backup: BackupSummary,
  paths: readonly BoardPath[],
  approach: Approach = {},
): Promise<void> {
  const { boards } = services;
  const what = nameOfSelection(paths);
  const words: JobWords = {
    ...{ title: `Restoring ${what} to ${board.name}`, noun: 'Restore', shares: RESTORE_SHARES },
    remedies: (error) => remediesFor(error, approach, (more) => void restoreTo(services, board, backup, paths, more)),
  };
  const result = await runJob(services, words, async (context) => {
    const address = addressOf(services, board.url, 'restore', approach);
    return restore(context, address, await boards.openStore(), {
      ...{ backup, paths },
      // The question has told that it is another one, or may be.
      allowOtherBoard: board.id !== backup.board.id,
    });
  });
  await boards.refreshBackups();
  if (!result) return;
  const { safety } = result;
  const told = [...sentencesOnProgram(result.program), ...result.limits];
  const sentence = [outcome(result, what, board.name), ...told].join(' ');
  const answer = await vscode.window.showInformationMessage(sentence, ...(safety ? ['Show What Was Replaced'] : []));
  if (answer && safety) await services.revealBackup(safety.id);
}

/** A board that was never asked may be the very one, on a port where nobody has seen it yet. */
function aboutOtherBoard(board: ConnectedBoardChoice, { board: own }: BackupSummary): string[] {
  if (board.id === own.id) return [];
  if (board.id === undefined) return [`That backup is of ${own.name}. This may be another board.`];
  return [`That backup is of another board, ${own.name}.`];
}

function outcome({ restored, unchanged, seconds }: RestoreResult, what: string, board: string): string {
  if (restored.length > 0)
    return `Restored ${count(restored.length, 'file')} to ${board} in ${duration(seconds)}, verified on the board.`;
  if (unchanged.length === 0) return `Restored ${what} to ${board}: there were only folders, and no files.`;
  return `${count(unchanged.length, 'file')} on ${board} ${unchanged.length === 1 ? 'is' : 'are'} already as in the backup.`;
}

function leftOutSentence(items: number): string {
  return `${count(items, 'selected item')} of other backups ${items === 1 ? 'is' : 'are'} not restored.`;
}

function nameOfSelection(paths: readonly BoardPath[]): string {
  const [first] = paths;
  if (first === undefined || first === '') return 'all files';
  return paths.length === 1 ? displayPath(first) : `${paths.length} items`;
}
