// What a row of the tree stands for. Rows are data; which are below which is in rows.ts, how they look in describe.ts.

import type { ManifestFile } from '../../core/archive/manifest.js';
import type { BackupError } from '../../core/errors.js';
import type { OffsiteState } from '../../core/jobs/offsitePlace.js';
import type { BoardPath } from '../../core/paths.js';
import type { Chain } from '../../core/plan/chains.js';
import type { HealthFinding } from '../../core/plan/healthFindings.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { RestoreRecord } from '../../core/store/restoreRecords.js';
import type { BackupSummary, UnreadableArchive } from '../../core/store/summary.js';
import type { LiveState } from '../live/liveBoards.js';

/** Why boards or backups are missing from the tree. */
export interface TroubleNode {
  kind: 'trouble';
  error: BackupError;
}
export interface BoardNode {
  kind: 'board';
  board: KnownBoard;
  /** False if backups could not be listed: then nobody knows whether it has one. */
  backupsListed: boolean;
  /** Its last restore that can be undone, or that is to be finished. */
  restore: RestoreRecord | undefined;
  /** True if its port was named by the user, who may want to take the name back. */
  portIsNamed: boolean;
  /** `busy: backup` */
  work: string | undefined;
  /** True if the user may not open its port. */
  isDenied: boolean;
  /** What needs a person, of the health of its backups. */
  finding: HealthFinding | undefined;
  /** All of them. */
  backups: readonly BackupSummary[];
  /** What was read of it last is not as in its last backup. */
  isChanged: boolean;
}
/** The files that a board has now. */
export interface LiveNode {
  kind: 'live';
  parent: BoardNode;
  state: LiveState;
}
export interface LiveFolderNode {
  kind: 'liveFolder';
  parent: LiveNode | LiveFolderNode;
  board: KnownBoard;
  path: BoardPath;
  /** Something below it is not as in the last backup. */
  isChanged: boolean;
}
export interface LiveFileNode {
  kind: 'liveFile';
  parent: LiveNode | LiveFolderNode;
  board: KnownBoard;
  path: BoardPath;
  /** Bytes. */
  size: number;
  /** Whether the last backup of the board has a file of this path. */
  isInBackup: boolean;
  /** Whether that one is another by now. */
  isChanged: boolean;
  /** Whether there is a last backup, which does not have it. */
  isNew: boolean;
  /** Whether the board has it no more: then `size` is that of the backup. */
  isMissing: boolean;
}
export interface ChainNode {
  kind: 'chain';
  parent: BoardNode;
  chain: Chain;
  /** Those of its backups that are to be seen, in the order in which they are. */
  shown: readonly BackupSummary[];
}
export interface BackupNode {
  kind: 'backup';
  parent: ChainNode;
  backup: BackupSummary;
  /** Whether files of this backup are being chosen. */
  isChoosing: boolean;
}
export interface FolderNode {
  kind: 'folder';
  parent: BackupNode | FolderNode;
  backup: BackupSummary;
  path: BoardPath;
  /** Whether its check box is ticked; undefined if it has none. */
  isTicked: boolean | undefined;
  /** Whether the bytes of a file below it came with this backup, if that is news. */
  holdsOwn: boolean;
}
export interface FileNode {
  kind: 'file';
  parent: BackupNode | FolderNode;
  backup: BackupSummary;
  path: BoardPath;
  file: ManifestFile;
  isTicked: boolean | undefined;
}
/** Where backups are copied to, below the boards. */
export interface SecondPlaceNode {
  kind: 'secondPlace';
  state: OffsiteState;
  /** True while a job is at it. */
  isWorking: boolean;
}
export interface DamageNode {
  kind: 'damage';
  archive: UnreadableArchive;
}
/** A row that says something about what is beside it, or does something when it is clicked. */
export interface HintNode {
  kind: 'hint';
  parent: Node;
  hint: Hint;
  text: string;
}
/** `more` shows further rows, `first` takes the first backup, `read` reads the files of a board. */
export type Hint = 'more' | 'first' | 'read' | 'reading' | 'filtered' | 'unreadable';

export type Node =
  | (TroubleNode | BoardNode | ChainNode | BackupNode | FolderNode | FileNode | DamageNode | HintNode | SecondPlaceNode)
  | (LiveNode | LiveFolderNode | LiveFileNode);

/** Stable across redraws, so that what is open and selected stays so. */
export function nodeId(node: Node): string {
  switch (node.kind) {
    case 'trouble':
      return `trouble:${node.error.code}:${node.error.path ?? ''}`;
    case 'board':
      return `board:${node.board.key}`;
    case 'live':
      return `live:${node.parent.board.key}`;
    case 'liveFolder':
    case 'liveFile':
      return `${node.kind}:${node.board.key}:${node.path}`;
    case 'chain':
      return `chain:${node.chain.backups.at(-1)?.id}`;
    case 'backup':
      return `backup:${node.backup.id}`;
    case 'secondPlace':
      return node.kind;
    case 'damage':
      return `damage:${node.archive.path}`;
    case 'hint':
      return `${node.hint}:${nodeId(node.parent)}`;
    default:
      return `${node.kind}:${node.backup.id}:${node.path}`;
  }
}
