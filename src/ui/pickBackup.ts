// Which backup does the user mean, where no row of the tree says so?

import * as vscode from 'vscode';
import type { BackupSummary } from '../core/store/summary.js';
import { count, moment } from '../core/text.js';
import type { Services } from './services.js';

/** @returns undefined where there is none or none was chosen: the user has been told */
export async function pickBackup({ boards }: Services, placeHolder: string): Promise<BackupSummary | undefined> {
  await boards.refreshBackups();
  const { backups } = boards.listing;
  if (backups.length === 0) {
    const answer = await vscode.window.showInformationMessage('There is no backup yet.', 'Back Up a Board');
    if (answer) await vscode.commands.executeCommand('micropythonBackup.backupDevice');
    return undefined;
  }
  const now = Date.now();
  const items = backups.map((backup) => ({
    label: `${backup.board.name}, ${moment(backup.createdAt, now)}`,
    description: `${backup.kind}, ${count(backup.files, 'file')}`,
    backup,
  }));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.backup;
}
