import * as vscode from 'vscode';
import { isBackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';
import { type BoardPath, parseUserPath, ROOT } from '../../core/paths.js';
import { backupMeant } from '../pickBackup.js';
import { runRestore } from '../runRestore.js';
import { isNode, isRestorable, pathsOfBackup, selectedRows } from '../targets.js';
import type { Command } from './command.js';

export const restoreInto: Command = {
  name: 'restoreInto',
  async run(services, target, selection) {
    const backup = await backupMeant(services, target, t('Which backup do you want to restore into a folder?'));
    if (!backup) return;
    const rows = isNode(target) ? selectedRows(target, selection).filter(isRestorable) : [];
    const { paths, leftOut } = pathsOfBackup(rows, backup);
    const folder = await askFolder();
    if (folder === undefined) return;
    await runRestore(services, backup, {
      paths: paths.length > 0 ? paths : [ROOT],
      leftOut,
      mapping: { from: ROOT, to: folder },
    });
  },
};

async function askFolder(): Promise<BoardPath | undefined> {
  const text = await vscode.window.showInputBox({
    title: t('Restore into a folder of the board'),
    prompt: t('A folder of the board. Files keep their paths below it; it is created if it does not exist.'),
    placeHolder: 'restored',
    validateInput: (value) => problemWith(value),
  });
  return text === undefined ? undefined : parseUserPath(text);
}

function problemWith(value: string): string | undefined {
  try {
    return parseUserPath(value) === ROOT ? t('Name a folder.') : undefined;
  } catch (error) {
    if (isBackupError(error, 'bad-name')) return t('This cannot be a folder of a board.');
    throw error;
  }
}
