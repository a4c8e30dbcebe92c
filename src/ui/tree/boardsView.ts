// The view "Boards": the tree, what people do with its rows besides opening them, and what its title says.

import * as vscode from 'vscode';
import { msg, t } from '../../core/l10n.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { count } from '../../core/text.js';
import type { Boards } from '../boards.js';
import { unawaited } from '../failures.js';
import { keyContext, shortly } from '../keys/keyWords.js';
import { type ConnectedBoardChoice, isConnected } from '../pickBoard.js';
import { machineOfWindow } from '../remoteWindow.js';
import type { Services } from '../services.js';
import { SECTION } from '../settings.js';
import { placeOfWindow } from '../windowPlace.js';
import type { BoardsTree } from './boardsTree.js';
import { RowDragAndDrop } from './dragAndDrop.js';
import type { Node } from './nodes.js';
import { describeLook, parseLook, type TreeLook } from './treeLook.js';

const LOOK = 'treeLook';

/** As long as the sentence that replaces it, so that rows do not move under the pointer. */
const TICK = msg('Tick files to restore them.');

/** @param services are made after the view is */
export function createBoardsView(tree: BoardsTree, services: () => Services): vscode.TreeView<Node> {
  const view = vscode.window.createTreeView(`${SECTION}.boards`, {
    treeDataProvider: tree,
    canSelectMany: true,
    showCollapseAll: true,
    manageCheckboxStateManually: true,
    dragAndDropController: new RowDragAndDrop(services),
  });
  view.onDidExpandElement(({ element }) => {
    if (element.kind !== 'live' || element.state.kind !== 'unread' || element.state.isOutdated) return;
    const { board } = element.parent;
    if (isConnected(board)) unawaited(services(), look(services(), board));
  });
  view.onDidChangeCheckboxState(({ items }) => {
    for (const [row, state] of items) tree.tick(row, state === vscode.TreeItemCheckboxState.Checked);
    view.message = messageOf(tree);
  });
  let wasChoosing = false;
  tree.onDidChangeTreeData(() => {
    // Also if the backup whose files are chosen is gone.
    const isChoosing = tree.choosing !== undefined;
    if (isChoosing !== wasChoosing) void setContext('isChoosingFiles', isChoosing);
    wasChoosing = isChoosing;
    view.message = messageOf(tree);
  });
  return view;
}

async function look(services: Services, board: ConnectedBoardChoice): Promise<void> {
  const { runLook } = await import('../live/runLook.js');
  await runLook(services, board);
}

/** What commands do with the view. */
export function viewServices(
  tree: BoardsTree,
  view: vscode.TreeView<Node>,
  memory: vscode.Memento,
): Pick<Services, 'revealBackup' | 'revealBoard' | 'setLook' | 'choose'> {
  const show = async (node: Node | undefined) => {
    if (node) await view.reveal(node, { select: true, focus: true, expand: true });
  };
  const setLook = async (change: Partial<TreeLook>) => {
    apply(tree, view, { ...tree.look, ...change });
    // What is shown may lack a filter that was only lifted.
    await memory.update(LOOK, { ...parseLook(memory.get(LOOK)), ...change });
  };
  return {
    setLook,
    async revealBackup(backupId) {
      // Whoever wants to see a backup wants that more than a filter that hides it. That one is not forgotten: links come from anybody.
      if (!tree.backupNode(backupId) && tree.look.criteria.length > 0)
        apply(tree, view, { ...tree.look, criteria: [] });
      await show(tree.backupNode(backupId));
    },
    revealBoard: async (url) => show(tree.liveNode(url)),
    choose: (backup: BackupSummary | undefined) => tree.choose(backup),
  };
}

/** As it was the last time. */
export function restoreLook(tree: BoardsTree, view: vscode.TreeView<Node>, memory: vscode.Memento): void {
  apply(tree, view, parseLook(memory.get(LOOK)));
}

function apply(tree: BoardsTree, view: vscode.TreeView<Node>, look: TreeLook): void {
  tree.look = look;
  view.message = messageOf(tree);
  void setContext('isFiltered', look.criteria.length > 0);
}

/** What the view says above its rows: which of them are to be seen, and how many files are ticked. */
function messageOf({ choosing, look }: BoardsTree): string {
  const shown = describeLook(look);
  const ticked =
    choosing && (choosing.paths.length > 0 ? t('{0} ticked.', count(choosing.paths.length, 'file')) : t(TICK));
  return [shown && `${shown}.`, ticked].filter(Boolean).join(' ');
}

/** What the title of the view and its menus say of the key and the second place. */
export function followStore(boards: Boards, view: vscode.TreeView<Node>): vscode.Disposable {
  let told = '';
  const tell = () => {
    const { encryption, isLocked, secondPlace } = boards;
    const now = [keyContext(encryption, isLocked), secondPlace !== undefined, shortly(encryption)] as const;
    if (JSON.stringify(now) === told) return;
    told = JSON.stringify(now);
    const [key, hasPlace, words] = now;
    void setContext('encryption', key);
    void setContext('hasSecondPlace', hasPlace);
    view.description = words ?? '';
  };
  tell();
  return boards.onDidChange(tell);
}

/** The welcome of an empty view explains where boards have to be plugged in. */
export function tellWhereWeRun(extension: vscode.ExtensionContext): void {
  void setContext('machine', machineOfWindow(placeOfWindow(extension)).machine ?? 'here');
}

function setContext(name: string, value: unknown): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', `${SECTION}.${name}`, value);
}
