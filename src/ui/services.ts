// What commands are given: made once by extension.ts.

import type * as vscode from 'vscode';
import type { Env } from '../core/env.js';
import type { Boards } from './boards.js';
import type { ComparedBoards } from './files/comparedBoards.js';
import type { TextPages } from './files/textPages.js';
import type { RestoreView } from './restore/restoreView.js';
import type { RunningJobs } from './runningJobs.js';
import type { StatusBar } from './status/statusBar.js';
import type { Node } from './tree/nodes.js';

export interface Services {
  env: Env;
  log: vscode.LogOutputChannel;
  boards: Boards;
  jobs: RunningJobs;
  statusBar: StatusBar;
  pages: TextPages;
  comparedBoards: ComparedBoards;
  restoreView: RestoreView;
  view: vscode.TreeView<Node>;
  /** Shows a backup in the tree. */
  revealBackup(backupId: string): Promise<void>;
  /** Remembers what belongs to this workspace: the board of the quick backup. */
  workspaceMemory: vscode.Memento;
  /** Keeps the passwords of WebREPLs. */
  secrets: vscode.SecretStorage;
}
