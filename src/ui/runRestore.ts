// A restore as the user sees it: the question before, the progress, and the report after.

import * as vscode from 'vscode';
import { restore } from '../core/jobs/restore.js';
import { type BoardPath, displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, duration, moment } from '../core/text.js';
import { pickBoard } from './pickBoard.js';
import { runJob } from './runJob.js';
import type { Services } from './services.js';
import { transportOf } from './transport.js';

/** @param paths files and folders; the root for everything */
export async function runRestore(
  services: Services,
  backup: BackupSummary,
  paths: readonly BoardPath[],
): Promise<void> {
  const { boards } = services;
  await boards.refresh();
  const own = boards.list.find(({ id, url }) => id === backup.board.id && url !== undefined);
  const board = await pickBoard(services, 'Which board shall get the files?', own?.key);
  if (!board) return;
  const what = nameOfSelection(paths);
  const detail = [
    `From the backup of ${moment(backup.createdAt, Date.now())}.`,
    ...(board.id === backup.board.id ? [] : [`That backup is of another board, ${backup.board.name}.`]),
    'What is replaced on the board is backed up first. Other files stay as they are.',
  ].join('\n');
  const question = `Restore ${what} to ${board.name}?`;
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, 'Restore')) !== 'Restore') return;

  const result = await runJob(services, `Restoring ${what} to ${board.name}`, async (context) => {
    const address = { url: board.url, open: transportOf(services) };
    return restore(context, address, await boards.openStore(), { backup, paths });
  });
  await boards.refreshBackups();
  if (!result) return;
  const { restored, unchanged, safety, seconds } = result;
  const sentence =
    restored.length === 0
      ? `${count(unchanged.length, 'file')} on ${board.name} ${unchanged.length === 1 ? 'is' : 'are'} already as in the backup.`
      : `Restored ${count(restored.length, 'file')} to ${board.name} in ${duration(seconds)}, verified on the board.`;
  const answer = await vscode.window.showInformationMessage(sentence, ...(safety ? ['Show What Was Replaced'] : []));
  if (answer && safety) await services.revealBackup(safety.id);
}

function nameOfSelection(paths: readonly BoardPath[]): string {
  const [first] = paths;
  if (first === undefined || first === '') return 'all files';
  return paths.length === 1 ? displayPath(first) : `${paths.length} items`;
}
