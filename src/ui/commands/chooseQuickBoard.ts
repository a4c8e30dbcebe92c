import type * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { boardItem } from '../pickBoard.js';
import { ASK, QUICK_BOARD, quickBoardOf } from '../quickBoard.js';
import { pickOne } from '../quickPick.js';
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
    const chosen = remembered === undefined ? undefined : quickBoardOf(boards.list, remembered)?.key;
    const items: Choice[] = [
      ...boards.list.map((board) => {
        const item = boardItem(board, boards);
        const description = board.key === chosen ? t('{0}, chosen now', item.description) : item.description;
        return { ...item, description, board: board.key };
      }),
      {
        label: t('Ask Each Time'),
        description: t('where several boards are connected'),
        board: ASK,
      },
    ];
    const picked = await pickOne(items, {
      placeHolder: t('Which board is the quick backup of this workspace for?'),
      matchOnDescription: true,
    });
    if (!picked) return;
    await workspaceMemory.update(QUICK_BOARD, picked.board);
    boards.redraw();
  },
};
