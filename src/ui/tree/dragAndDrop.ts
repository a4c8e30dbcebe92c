// Rows of backups can be dragged onto a board, or a folder of it, to be restored there. Files can be dragged into editors as any
// file.

import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { type BoardPath, commonParent, displayPath, parentOf, ROOT } from '../../core/paths.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { showFailure } from '../failures.js';
import { backupUri } from '../files/backupUri.js';
import { boardUri } from '../live/boardUri.js';
import { showInformation, showWarning } from '../messages.js';
import { isConnected } from '../pickBoard.js';
import type { Services } from '../services.js';
import { isNode, isRestorable, pathsOfBackup } from '../targets.js';
import type { BackupNode, FileNode, FolderNode, Node } from './nodes.js';

/** Editors open what is in it. */
const FILES = 'text/uri-list';

const MIME = 'application/vnd.code.tree.micropythonbackup.boards';

type Draggable = BackupNode | FolderNode | FileNode;

export class RowDragAndDrop implements vscode.TreeDragAndDropController<Node> {
  readonly dragMimeTypes = [MIME, FILES];
  readonly dropMimeTypes = [MIME];
  /** @param services are made after the tree is */
  constructor(private readonly services: () => Services) {}

  handleDrag(rows: readonly Node[], transfer: vscode.DataTransfer): void {
    transfer.set(MIME, new vscode.DataTransferItem(rows.filter(isDraggable)));
    transfer.set(FILES, new vscode.DataTransferItem(rows.flatMap(uriOf).join('\r\n')));
  }

  async handleDrop(target: Node | undefined, transfer: vscode.DataTransfer): Promise<void> {
    const dragged: unknown = transfer.get(MIME)?.value;
    if (!target || !Array.isArray(dragged)) return;
    const rows = dragged.filter(isNode).filter(isDraggable);
    const place = placeOf(target);
    const [first] = rows;
    if (!first || !place) {
      void showInformation(t('Drop files of a backup onto a connected board, or onto a folder of it.'));
      return;
    }
    const services = this.services();
    const { board, folder } = place;
    const { paths, leftOut } = pathsOfBackup(rows, first.backup);
    const to = folder === undefined ? {} : { mapping: { from: commonParent(paths), to: folder } };
    try {
      if (!isConnected(board)) {
        void showWarning(t('{0} is not connected. Plug it in and try again.', displayPath(board.name)));
        return;
      }
      const { restoreTo } = await import('../runRestore.js');
      await restoreTo(services, board, first.backup, { paths, leftOut, ...to });
    } catch (error) {
      void showFailure(services, t('Restore'), error);
    }
  }
}

function isDraggable(node: Node): node is Draggable {
  return node.kind === 'backup' || isRestorable(node);
}

function uriOf(node: Node): string[] {
  if (node.kind === 'file') return [backupUri(node.backup, node.path).toString()];
  return node.kind === 'liveFile' ? [boardUri(node.board, node.path).toString()] : [];
}

/** @returns the folder where one is meant: on the board itself, every file goes to where it came from */
function placeOf(node: Node): { board: KnownBoard; folder?: BoardPath } | undefined {
  switch (node.kind) {
    case 'board':
      return { board: node.board };
    case 'live':
      return { board: node.parent.board };
    case 'liveFolder':
      return { board: node.board, folder: node.path };
    case 'liveFile':
      return parentOf(node.path) === ROOT ? { board: node.board } : { board: node.board, folder: parentOf(node.path) };
    default:
      return undefined;
  }
}
