// What a row of the tree stands for. Rows are data; how they look is in describe.ts.

import type { ManifestFile } from '../../core/archive/manifest.js';
import type { BackupError } from '../../core/errors.js';
import type { BoardPath } from '../../core/paths.js';
import type { Chain } from '../../core/plan/chains.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { RestoreRecord } from '../../core/store/restoreRecords.js';
import type { BackupSummary, UnreadableArchive } from '../../core/store/summary.js';

/** Why boards or backups are missing from the tree. */
export interface TroubleNode {
  kind: 'trouble';
  error: BackupError;
}
export interface BoardNode {
  kind: 'board';
  board: KnownBoard;
  /** False where backups could not be listed: then nobody knows whether it has one. */
  backupsListed: boolean;
  /** Its last restore that can be undone, or that is to be finished. */
  restore?: RestoreRecord;
  /** True where its port was named by the user, who may want to take the name back. */
  portIsNamed: boolean;
}
export interface ChainNode {
  kind: 'chain';
  parent: BoardNode;
  chain: Chain;
}
export interface BackupNode {
  kind: 'backup';
  parent: ChainNode;
  backup: BackupSummary;
}
export interface FolderNode {
  kind: 'folder';
  parent: BackupNode | FolderNode;
  backup: BackupSummary;
  path: BoardPath;
}
export interface FileNode {
  kind: 'file';
  parent: BackupNode | FolderNode;
  backup: BackupSummary;
  path: BoardPath;
  file: ManifestFile;
}
export interface DamageNode {
  kind: 'damage';
  archive: UnreadableArchive;
}

export type Node = TroubleNode | BoardNode | ChainNode | BackupNode | FolderNode | FileNode | DamageNode;

/** Stable across redraws, so that what is open and selected stays so. */
export function nodeId(node: Node): string {
  switch (node.kind) {
    case 'trouble':
      return `trouble:${node.error.code}:${node.error.path ?? ''}`;
    case 'board':
      return `board:${node.board.key}`;
    case 'chain':
      return `chain:${node.chain.backups.at(-1)?.id}`;
    case 'backup':
      return `backup:${node.backup.id}`;
    case 'damage':
      return `damage:${node.archive.path}`;
    default:
      return `${node.kind}:${node.backup.id}:${node.path}`;
  }
}
