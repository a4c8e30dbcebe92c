// Files of a backup as VS Code names them: `mpbackup:/<board> <time> <id>/<path>`. The words are for people; the id counts.

import * as vscode from 'vscode';
import { type BoardPath, displayPath } from '../../core/paths.js';
import type { BackupSummary } from '../../core/store/summary.js';

export const SCHEME = 'mpbackup';

/** As many digits of an id as no two backups of a person share. */
const ID_LENGTH = 12;

export function backupUri({ id, board, createdAt }: BackupSummary, path: BoardPath): vscode.Uri {
  const name = displayPath(board.name).replaceAll('/', ' ');
  const time = createdAt.slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return vscode.Uri.from({
    scheme: SCHEME,
    path: `/${name} ${time} ${id.slice(0, ID_LENGTH)}/${displayPath(path)}`,
  });
}

/** @returns the beginning of the backup's id, and the path as {@link displayPath} shows it */
export function splitBackupUri({ path }: vscode.Uri): { idPrefix: string; shownPath: string } {
  const [, words = '', ...rest] = path.split('/');
  return { idPrefix: words.slice(-ID_LENGTH), shownPath: rest.join('/') };
}
