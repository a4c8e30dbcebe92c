import type * as vscode from 'vscode';
import { BackupError } from '../../core/errors.js';

/** Dialogs also offer folders that only VS Code can reach. @throws BackupError `bad-argument` */
export function localPath(uri: vscode.Uri): string {
  if (uri.scheme === 'file') return uri.fsPath;
  throw new BackupError('bad-argument', `${uri.toString()} is not on a disk of this computer.`, {
    hint: 'Choose another place.',
  });
}
