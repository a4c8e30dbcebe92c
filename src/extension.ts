// The composition root: makes the services, registers the face, disposes of both. No logic here.

import * as vscode from 'vscode';
import { realEnv } from './core/env.js';
import { Boards } from './ui/boards.js';
import { BackupFiles } from './ui/files/backupFiles.js';
import { SCHEME } from './ui/files/backupUri.js';
import { PAGE_SCHEME, TextPages } from './ui/files/textPages.js';
import { QUICK_BOARD } from './ui/quickBoard.js';
import { contributedCommands, registerCommands } from './ui/registerCommands.js';
import { COMPARISON_SCHEME, Comparisons } from './ui/restore/comparison.js';
import { RestoreView } from './ui/restore/restoreView.js';
import { offerUnfinishedRestores } from './ui/restoreOffers.js';
import { RunningJobs } from './ui/runningJobs.js';
import type { Services } from './ui/services.js';
import { SECTION } from './ui/settings.js';
import { powerOffSimulatedBoards } from './ui/simulatedBoards.js';
import { StatusBar } from './ui/status/statusBar.js';
import { BoardsTree } from './ui/tree/boardsTree.js';

/** What has to be done before this window is gone. */
let beforeTheEnd: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('MicroPython Backup', { log: true });
  const env = realEnv(log);
  const boards = new Boards(env, context.globalState);
  const tree = new BoardsTree(boards, log);
  const view = vscode.window.createTreeView(`${SECTION}.boards`, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
  });
  const statusBar = new StatusBar(boards, () => context.workspaceState.get(QUICK_BOARD));
  const jobs = new RunningJobs();
  const pages = new TextPages();
  const comparisons = new Comparisons();
  const restoreView = new RestoreView(comparisons);
  beforeTheEnd = async () => {
    await jobs.stop();
    await powerOffSimulatedBoards();
  };
  const services: Services = {
    ...{ env, log, boards, jobs, statusBar, pages, view, restoreView },
    workspaceMemory: context.workspaceState,
    secrets: context.secrets,
    async revealBackup(backupId) {
      const node = tree.backupNode(backupId);
      if (node) await view.reveal(node, { select: true, focus: true, expand: true });
    },
  };
  context.subscriptions.push(
    ...[log, boards, tree, view, statusBar, pages, restoreView],
    offerUnfinishedRestores(services),
    ...registerCommands(services, contributedCommands(context.extension)),
    vscode.workspace.registerFileSystemProvider(SCHEME, new BackupFiles(boards), { isReadonly: true }),
    vscode.workspace.registerFileSystemProvider(COMPARISON_SCHEME, comparisons, { isReadonly: true }),
    vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, pages),
    view.onDidChangeVisibility(({ visible }) => boards.watch(visible)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) void boards.refresh();
    }),
    // Boards come and go while nobody looks at the view; the status bar shall tell of one that is there.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void boards.refresh();
    }),
  );
  boards.watch(view.visible);
  void boards.looked();
}

/** VS Code waits for this, a few seconds at most: no board shall stay in the raw REPL. */
export function deactivate(): Promise<void> | undefined {
  return beforeTheEnd?.();
}
