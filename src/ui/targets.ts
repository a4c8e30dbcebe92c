// What a command was called on: a row of the tree, several, a name, or nothing (from the palette).

import type { BackupNode, FileNode, FolderNode, Node } from './tree/nodes.js';

/** Rows whose files can be restored. */
export type RestorableNode = BackupNode | FolderNode | FileNode;

/** @returns the key or URL of the board that is meant, if one was named */
export function boardKeyOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  return isNode(target) && target.kind === 'board' ? target.board.key : undefined;
}

/** @returns the rows that are meant: the selection where the row belongs to it, else the row alone */
export function restorableNodes(target: unknown, selection: unknown): RestorableNode[] {
  const rows = Array.isArray(selection) && selection.includes(target) ? selection : [target];
  return rows.filter((row): row is RestorableNode => isNode(row) && ['backup', 'folder', 'file'].includes(row.kind));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
