// Files that a board has now, as VS Code names them: `mpbackup-board:/<board>/<path>?<key>.<bytes of the path>`. The words are
// for people; the query counts.

import * as vscode from 'vscode';
import { type BoardPath, displayPath, parseBoardPath } from '../../core/paths.js';
import { hexOf, textOfHex } from '../files/pathHex.js';

export const BOARD_SCHEME = 'mpbackup-board';

/** @param board its key, and the name that people know */
export function boardUri({ key, name }: { key: string; name: string }, path: BoardPath): vscode.Uri {
  const query = `${hexOf(key)}.${hexOf(path)}`;
  const shown = displayPath(name).replaceAll('/', ' ');
  return vscode.Uri.from({ scheme: BOARD_SCHEME, path: `/${shown}/${displayPath(path)}`, query });
}

/** @returns undefined if the name is not one of ours. @throws BackupError `bad-name` for what can be no path on a board */
export function splitBoardUri({ query }: vscode.Uri): { key: string; path: BoardPath } | undefined {
  const [, key, path = ''] = /^([0-9a-f]+)\.([0-9a-f]*)$/.exec(query) ?? [];
  if (key === undefined) return undefined;
  return { key: textOfHex(key), path: parseBoardPath(textOfHex(path)) };
}
