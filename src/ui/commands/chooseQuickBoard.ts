import * as vscode from 'vscode';
import { displayPath } from '../../core/paths.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { age } from '../../core/text.js';
import { ASK, QUICK_BOARD, quickBoardOf } from '../quickBoard.js';
import type { Command } from './command.js';

interface Choice extends vscode.QuickPickItem {
  /** What is remembered. */
  board: string;
}

export const chooseQuickBoard: Command = {
  name: 'chooseQuickBoard',
  async run({ boards, workspaceMemory }) {
    await boards.refresh();
    const remembered = workspaceMemory.get<string>(QUICK_BOARD);
    const now = Date.now();
    const chosen = remembered === undefined ? undefined : quickBoardOf(boards.list, remembered)?.key;
    const items: Choice[] = [
      ...boards.list.map((board) => itemOf(board, board.key === chosen, now)),
      {
        label: 'Ask Each Time',
        description: 'where several boards are connected',
        board: ASK,
      },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      placeHolder: 'Which board is the quick backup of this workspace for?',
      matchOnDescription: true,
    });
    if (!picked) return;
    await workspaceMemory.update(QUICK_BOARD, picked.board);
    boards.redraw();
  },
};

function itemOf({ key, name, url, latest }: KnownBoard, isChosen: boolean, now: number): Choice {
  return {
    label: displayPath(name),
    description: [url ?? 'away', ...(isChosen ? ['chosen now'] : [])].join(', '),
    detail: latest ? `Backed up ${age(latest.createdAt, now)}` : 'No backup yet',
    board: key,
  };
}
