import type * as vscode from 'vscode';
import { BackupError } from '../../core/errors.js';
import { t } from '../../core/l10n.js';

/** Dialogs also offer folders that only VS Code can reach. @throws BackupError `bad-argument` */
export function localPath(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new BackupError('bad-argument', t('{0} is not on a disk of this computer.', uri.toString()), {
    hint: t('Choose another place.'),
  });
}
