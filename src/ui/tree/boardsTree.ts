// The rows below each row: boards, their chains, backups, folders and files. Manifests are read when a backup is opened.

import * as vscode from 'vscode';
import type { ManifestEntry } from '../../core/archive/manifest.js';
import { type BoardPath, nameOf, parentOf, ROOT } from '../../core/paths.js';
import { chainsOf } from '../../core/plan/chains.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { lastRestore } from '../../core/plan/recordedPlan.js';
import type { BackupSummary } from '../../core/store/summary.js';
import type { Boards } from '../boards.js';
import { showFailure } from '../failures.js';
import { readSettings } from '../settings.js';
import { describe } from './describe.js';
import type { BackupNode, BoardNode, ChainNode, FolderNode, Node } from './nodes.js';

export class BoardsTree implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly listener: vscode.Disposable;

  constructor(
    private readonly boards: Boards,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.listener = boards.onDidChange(() => this.changed.fire(undefined));
  }

  getTreeItem(node: Node): vscode.TreeItem {
    return describe(node, Date.now());
  }

  async getChildren(node?: Node): Promise<Node[]> {
    switch (node?.kind) {
      case undefined:
        // Without a first look there are no boards either, and VS Code would say so.
        await this.boards.looked();
        return [
          ...this.boards.troubles.map((error): Node => ({ kind: 'trouble', error })),
          ...this.boards.list.map((board) => this.boardNode(board)),
          ...this.boards.listing.unreadable.map((archive): Node => ({ kind: 'damage', archive })),
        ];
      case 'board':
        return this.chains(node);
      case 'chain':
        return node.chain.backups.map((backup): BackupNode => ({ kind: 'backup', parent: node, backup }));
      case 'backup':
        return this.entries(node, node.backup, ROOT);
      case 'folder':
        return this.entries(node, node.backup, node.path);
      default:
        return [];
    }
  }

  getParent(node: Node): Node | undefined {
    return 'parent' in node ? node.parent : undefined;
  }

  /** The row of a backup, to be revealed; undefined where it is gone. */
  backupNode(backupId: string): BackupNode | undefined {
    for (const board of this.boards.list) {
      for (const parent of this.chains(this.boardNode(board))) {
        const backup = parent.chain.backups.find(({ id }) => id === backupId);
        if (backup) return { kind: 'backup', parent, backup };
      }
    }
    return undefined;
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  private boardNode(board: KnownBoard): BoardNode {
    const portIsNamed = readSettings().extraPorts.some((port) => port === board.url);
    const restore = board.id === undefined ? undefined : lastRestore(this.boards.restores, board.id);
    const backupsListed = this.boards.storeTrouble === undefined;
    return { kind: 'board', board, portIsNamed, backupsListed, ...(restore && { restore }) };
  }

  private chains(parent: BoardNode): ChainNode[] {
    const backups = this.boards.listing.backups.filter(({ board }) => board.id === parent.board.id);
    return chainsOf(backups).map((chain) => ({ kind: 'chain', parent, chain }));
  }

  private async entries(parent: BackupNode | FolderNode, backup: BackupSummary, folder: BoardPath): Promise<Node[]> {
    try {
      const { entries } = await (await this.boards.openStore()).readManifest(backup);
      return entries
        .filter(({ path }) => path !== ROOT && parentOf(path) === folder)
        .sort(foldersFirst)
        .map((entry): Node => {
          const { path } = entry;
          if (entry.type === 'folder') return { kind: 'folder', parent, backup, path };
          return { kind: 'file', parent, backup, path, file: entry };
        });
    } catch (error) {
      void showFailure({ log: this.log }, 'Opening the backup', error);
      return [];
    }
  }
}

function foldersFirst(a: ManifestEntry, b: ManifestEntry): number {
  if (a.type !== b.type) return a.type === 'folder' ? -1 : 1;
  return nameOf(a.path).localeCompare(nameOf(b.path));
}
