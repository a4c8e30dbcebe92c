// What a command was called on: a row of the tree, several, a name, or nothing (from the palette).

import { msg, t } from '../core/l10n.js';
import { type BoardPath, ROOT } from '../core/paths.js';
import type { KnownBoard } from '../core/plan/knownBoards.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count } from '../core/text.js';
import type { BackupNode, FileNode, FolderNode, Node } from './tree/nodes.js';

/** A board that was named before the user was asked. */
export interface NamedBoard {
  /** Its key or its URL. */
  key: string;
  /** As the user knows it. */
  name: string;
}

/** Rows whose files can be restored one by one. */
export type RestorableNode = FolderNode | FileNode;

/** @returns the board that is meant, if one was named */
export function boardNamedBy(target: unknown): NamedBoard | undefined {
  if (typeof target === 'string') return { key: target, name: target };
  const board = isNode(target) ? boardOf(target) : undefined;
  return board && { key: board.key, name: board.name };
}

/** Of a row that is a board, or stands for what is on one now. */
function boardOf(node: Node): KnownBoard | undefined {
  if (node.kind === 'live') return node.parent.board;
  return node.kind === 'board' || node.kind === 'liveFolder' || node.kind === 'liveFile' ? node.board : undefined;
}

/** @returns the rows that are meant: the selection if the row belongs to it, else the row alone */
export function selectedRows(target: Node, selection: unknown): Node[] {
  return Array.isArray(selection) && selection.includes(target) ? selection.filter(isNode) : [target];
}

/**
 * One backup at a time: files of several have the same paths, and would overwrite each other.
 *
 * @returns what of `rows` is meant of this backup, and how many rows are of others
 */
export function pathsOfBackup(
  rows: ReadonlyArray<RestorableNode | BackupNode>,
  { id }: BackupSummary,
): { paths: BoardPath[]; leftOut: number } {
  const mine = rows.filter(({ backup }) => backup.id === id);
  const paths = mine.map((row) => (row.kind === 'backup' ? ROOT : row.path));
  return { paths, leftOut: rows.length - mine.length };
}

/** What is not done with them: of one, and of several. */
const LEFT_OUT = {
  copied: [msg('{0} of other backups is not copied.'), msg('{0} of other backups are not copied.')],
  restored: [msg('{0} of other backups is not restored.'), msg('{0} of other backups are not restored.')],
} as const;

export function leftOutSentence(items: number, done: keyof typeof LEFT_OUT): string {
  const [one, several] = LEFT_OUT[done];
  return t(items === 1 ? one : several, count(items, 'selected item'));
}

export function isRestorable(node: Node): node is RestorableNode {
  return node.kind === 'folder' || node.kind === 'file';
}

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
