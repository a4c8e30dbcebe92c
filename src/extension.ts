// The composition root: makes the services, registers everything with VS Code, and disposes of it. No logic here.

import * as vscode from 'vscode';
import type { MicropythonBackupExports } from '../api/micropython-backup.js';
import { realEnv } from './core/env.js';
import { speak } from './core/l10n.js';
import { exportsOf } from './ui/api/api.js';
import { Others } from './ui/api/others.js';
import { ArchiveEditors } from './ui/archiveEditor/archiveEditors.js';
import { Boards } from './ui/boards.js';
import { BackupFiles } from './ui/files/backupFiles.js';
import { SCHEME } from './ui/files/backupUri.js';
import { COMPARED_SCHEME, ComparedBoards } from './ui/files/comparedBoards.js';
import { PAGE_SCHEME, TextPages } from './ui/files/textPages.js';
import { followKeys } from './ui/keys/reopenBackups.js';
import { followRecipients } from './ui/keys/seenRecipients.js';
import { StoredKeys } from './ui/keys/storedKeys.js';
import { offerUnfinishedChange } from './ui/keys/unfinishedChange.js';
import { handleLinks } from './ui/links.js';
import { BOARD_SCHEME } from './ui/live/boardUri.js';
import { LiveBoards } from './ui/live/liveBoards.js';
import { LiveFiles } from './ui/live/liveFiles.js';
import { QUICK_BOARD } from './ui/quickBoard.js';
import { RecurringMessages } from './ui/recurring.js';
import { contributedCommands, registerCommands } from './ui/registerCommands.js';
import { Reports } from './ui/report/reports.js';
import { COMPARISON_SCHEME, Comparisons } from './ui/restore/comparison.js';
import { RestoreView } from './ui/restore/restoreView.js';
import { offerUnfinishedRestores } from './ui/restoreOffers.js';
import { RunningJobs } from './ui/runningJobs.js';
import { Scheduler } from './ui/schedule/scheduler.js';
import { QuietCopies } from './ui/secondPlace/quietCopies.js';
import type { Services } from './ui/services.js';
import { readSettings, SECTION } from './ui/settings.js';
import { powerOffSimulatedBoards } from './ui/simulatedBoards.js';
import { StatusBar } from './ui/status/statusBar.js';
import { provideTasks } from './ui/tasks/tasks.js';
import { registerTools } from './ui/tools/tools.js';
import { BoardsTree } from './ui/tree/boardsTree.js';
import { createBoardsView, followStore, restoreLook, tellWhereWeRun, viewServices } from './ui/tree/boardsView.js';
import { RowDecorations } from './ui/tree/decorations.js';
import { followSteps } from './ui/walkthrough/followSteps.js';

/** What has to be done before the window closes. */
let beforeTheEnd: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): MicropythonBackupExports {
  speak(vscode.l10n.bundle, vscode.env.language);
  const log = vscode.window.createOutputChannel('MicroPython Backup', { log: true });
  const keys = new StoredKeys(context.secrets, () => readSettings().storeFolder);
  const env = realEnv(log, keys.newRing());
  const boards = new Boards(env, context.globalState);
  const live = new LiveBoards(boards);
  const jobs = new RunningJobs();
  const tree = new BoardsTree(boards, live, jobs);
  const view = createBoardsView(tree, () => services);
  const statusBar = new StatusBar(boards, jobs, () => context.workspaceState.get(QUICK_BOARD));
  const recurring = new RecurringMessages(context.globalState, log);
  const pages = new TextPages();
  const comparedBoards = new ComparedBoards();
  const comparisons = new Comparisons();
  const others = new Others(env);
  const copies = new QuietCopies({ env, boards, jobs });
  const restoreView = new RestoreView(comparisons);
  const reports = new Reports(() => services);
  beforeTheEnd = async () => {
    await jobs.stop();
    await powerOffSimulatedBoards();
  };
  const scheduler = new Scheduler(env, boards, context.globalState, async () => {
    const { WorkOfSchedules } = await import('./ui/schedule/scheduledWork.js');
    return new WorkOfSchedules(services);
  });
  const archives = new ArchiveEditors(() => services);
  const services: Services = {
    env,
    log,
    boards,
    live,
    jobs,
    recurring,
    pages,
    comparedBoards,
    tree,
    view,
    restoreView,
    scheduler,
    ...viewServices(tree, view, context.globalState),
    extension: context,
    workspaceMemory: context.workspaceState,
    secrets: context.secrets,
    keys,
    copies,
    others,
    reports,
    archives,
  };
  restoreLook(tree, view, context.globalState);
  tellWhereWeRun(context);
  const decorations = new RowDecorations(boards, live);
  const liveFiles = new LiveFiles(() => services, live);
  context.subscriptions.push(
    log,
    boards,
    live,
    tree,
    view,
    statusBar,
    pages,
    restoreView,
    reports,
    archives,
    decorations,
    scheduler,
    others,
    offerUnfinishedRestores(services),
    offerUnfinishedChange(services),
    followKeys(services),
    followRecipients(services),
    followStore(boards, view),
    handleLinks(services),
    provideTasks(services),
    ...registerTools(services, vscode.lm),
    boards.onDidChange(() => void reports.follow()),
    followSteps(boards, live),
    ...registerCommands(services, contributedCommands(context.extension)),
    vscode.workspace.registerFileSystemProvider(SCHEME, new BackupFiles(boards, log), { isReadonly: true }),
    vscode.workspace.registerFileSystemProvider(COMPARED_SCHEME, comparedBoards, { isReadonly: true }),
    vscode.workspace.registerFileSystemProvider(COMPARISON_SCHEME, comparisons, { isReadonly: true }),
    liveFiles,
    vscode.workspace.registerFileSystemProvider(BOARD_SCHEME, liveFiles, { isReadonly: true }),
    vscode.workspace.registerTextDocumentContentProvider(PAGE_SCHEME, pages),
    vscode.window.registerFileDecorationProvider(decorations),
    view.onDidChangeVisibility(({ visible }) => boards.watch(visible)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(SECTION)) void boards.refresh();
    }),
    // While the view is hidden nobody watches the ports, but the status bar should show a board that was plugged in.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused) void boards.refresh();
    }),
  );
  boards.watch(view.visible);
  // Tests in the extension host run the scheduler themselves: a run of its own would take what is due before theirs.
  if (context.extensionMode !== vscode.ExtensionMode.Test) scheduler.start();
  void boards.looked();
  return exportsOf(services);
}

/** VS Code waits a few seconds for this, so that no board stays in the raw REPL. */
export function deactivate(): Promise<void> | undefined {
  return beforeTheEnd?.();
}
