import { pickBoard } from '../pickBoard.js';
import { runBackup } from '../runBackup.js';
import { boardKeyOf } from '../targets.js';
import type { Command } from './command.js';

/** Where the board of the quick backup is remembered for a workspace. */
export const QUICK_BOARD = 'quickBackupBoard';

export const quickBackup: Command = {
  name: 'quickBackup',
  async run(services, target) {
    const { boards, workspaceMemory } = services;
    await boards.refresh();
    const remembered = boards.list.find(({ key, url }) => url && key === workspaceMemory.get(QUICK_BOARD));
    const board = await pickBoard(
      services,
      'Which board is the quick backup for?',
      boardKeyOf(target) ?? remembered?.key,
    );
    if (!board) return;
    await runBackup(services, board, 'quick');
    // By now the board is known by its own id, which stays when the port changes.
    const known = boards.list.find(({ url }) => url === board.url);
    await workspaceMemory.update(QUICK_BOARD, known?.key ?? board.key);
  },
};
