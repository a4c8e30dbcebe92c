// Opens files of backups beside something else, in the editors of VS Code.

import * as vscode from 'vscode';
import type { BoardPath } from '../../core/paths.js';
import type { TreeDifference } from '../../core/plan/compareTrees.js';
import { backupUri } from './backupUri.js';
import { type FileOfBackup, olderFirst, titleOfTwo, titleWith } from './fileWords.js';

export function openFile({ backup, path }: FileOfBackup): Thenable<unknown> {
  // By the kind of file: an image is shown as one.
  return vscode.commands.executeCommand('vscode.open', backupUri(backup, path));
}

/** The older one on the left, if that can be said. */
export function openTwo(one: FileOfBackup, other: FileOfBackup): Thenable<unknown> {
  const [left, right] = olderFirst(one, other);
  const uris = [left, right].map(({ backup, path }) => backupUri(backup, path));
  return vscode.commands.executeCommand('vscode.diff', ...uris, titleOfTwo(left, right, Date.now()));
}

/** @param name what the other file is called in the title */
export function openBeside(file: FileOfBackup, other: vscode.Uri, name: string): Thenable<unknown> {
  const { backup, path } = file;
  return vscode.commands.executeCommand('vscode.diff', backupUri(backup, path), other, titleWith(file, name));
}

/** The files of one side, undefined if the bytes of one cannot be had. */
export type Side = (path: BoardPath) => vscode.Uri | undefined;

/**
 * Opens all files that differ, one below the other.
 *
 * @returns how many there are to be seen; if there is none, nothing is opened
 */
export async function openChanges(title: string, difference: TreeDifference, left: Side, right: Side): Promise<number> {
  const { added, removed, changed } = difference;
  const files = [
    ...changed.map(({ path }) => ({ path, uris: [left(path), right(path)] })),
    ...removed.filter(isFile).map(({ path }) => ({ path, uris: [left(path), 'none'] as const })),
    ...added.filter(isFile).map(({ path }) => ({ path, uris: ['none', right(path)] as const })),
  ];
  const changes = files
    .filter(({ uris }) => !uris.includes(undefined))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ uris }) => uris.map((uri) => (uri === 'none' ? undefined : uri)))
    .map(([before, after]) => [after ?? before, before, after]);
  if (changes.length > 0) await vscode.commands.executeCommand('vscode.changes', title, changes);
  return changes.length;
}

function isFile({ type }: { type: 'file' | 'folder' }): boolean {
  return type === 'file';
}
