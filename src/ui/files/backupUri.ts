// Files of a backup as VS Code names them: `mpbackup:/<id>/<path>`. Bytes that are no text are shown escaped.

import * as vscode from 'vscode';
import { type BoardPath, displayPath } from '../../core/paths.js';

export const SCHEME = 'mpbackup';

export function backupUri(backupId: string, path: BoardPath): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: `/${backupId}/${displayPath(path)}` });
}

/** @returns the backup's id and the path as {@link displayPath} shows it */
export function splitBackupUri({ path }: vscode.Uri): { backupId: string; shownPath: string } {
  const [, backupId = '', ...rest] = path.split('/');
  return { backupId, shownPath: rest.join('/') };
}
