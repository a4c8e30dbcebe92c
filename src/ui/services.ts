// The services that commands use, made once by extension.ts.

import type * as vscode from 'vscode';
import type { Env } from '../core/env.js';
import type { BackupSummary } from '../core/store/summary.js';
import type { Others } from './api/others.js';
import type { ShownArchives } from './archiveEditor/shownArchive.js';
import type { Boards } from './boards.js';
import type { ComparedBoards } from './files/comparedBoards.js';
import type { TextPages } from './files/textPages.js';
import type { StoredKeys } from './keys/storedKeys.js';
import type { LiveBoards } from './live/liveBoards.js';
import type { RecurringMessages } from './recurring.js';
import type { RestoreView } from './restore/restoreView.js';
import type { RunningJobs } from './runningJobs.js';
import type { Scheduler } from './schedule/scheduler.js';
import type { BoardsTree } from './tree/boardsTree.js';
import type { Node } from './tree/nodes.js';
import type { TreeLook } from './tree/treeLook.js';

/** Copies to the second place, without messages. */
export interface Copies {
  /** Never rejects. A backup that is taken while others are copied is copied after them. */
  afterBackup(): Promise<void>;
  /** Copies what is left, unless that has just failed. Never rejects. */
  catchUp(): Promise<void>;
}

export interface ShownReports {
  /** Opens the report of a board, or shows the one that is open. */
  show(boardId: string, name: string): Promise<void>;
}

export interface Services {
  env: Env;
  /** What VS Code gave us at the start. */
  extension: vscode.ExtensionContext;
  log: vscode.LogOutputChannel;
  boards: Boards;
  live: LiveBoards;
  jobs: RunningJobs;
  /** Messages that can be hidden. */
  recurring: RecurringMessages;
  pages: TextPages;
  comparedBoards: ComparedBoards;
  restoreView: RestoreView;
  reports: ShownReports;
  scheduler: Scheduler;
  /** Archives that are shown in editors. */
  archives: ShownArchives;
  /** Of encrypted backups. */
  keys: StoredKeys;
  copies: Copies;
  /** Other extensions that use ours. */
  others: Others;
  tree: BoardsTree;
  view: vscode.TreeView<Node>;
  /** Shows a backup in the tree. */
  revealBackup(backupId: string): Promise<void>;
  /** Shows the files of a connected board in the tree. */
  revealBoard(url: string): Promise<void>;
  /** Shows other backups in the tree, or in another order, from now on. @param change what the user has chosen; the rest stays */
  setLook(change: Partial<TreeLook>): Promise<void>;
  /** Gives the files of a backup check boxes in the tree, or takes them away. */
  choose(backup: BackupSummary | undefined): Promise<void>;
  /** Memory of this workspace: the board of the quick backup. */
  workspaceMemory: vscode.Memento;
  /** Keeps the passwords of WebREPLs. */
  secrets: vscode.SecretStorage;
}
