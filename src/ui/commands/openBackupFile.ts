import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { openArchive } from '../archiveEditor/performAction.js';
import type { Command } from './command.js';

export const openBackupFile: Command = {
  name: 'openBackupFile',
  async run(_services, target) {
    const chosen = target instanceof vscode.Uri ? [target] : await choose();
    for (const uri of chosen ?? []) await openArchive(uri);
  },
};

function choose(): Thenable<vscode.Uri[] | undefined> {
  return vscode.window.showOpenDialog({
    title: t('Open Backup File'),
    openLabel: t('Open'),
    canSelectMany: true,
    filters: { [t('MicroPython backups')]: ['blb', 'age'] },
  });
}
