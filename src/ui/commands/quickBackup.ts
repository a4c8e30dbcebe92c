import { pickBoard } from '../pickBoard.js';
import { QUICK_BOARD } from '../quickBoard.js';
import { runBackup } from '../runBackup.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

export const quickBackup: Command = {
  name: 'quickBackup',
  async run(services, target) {
    const { boards, workspaceMemory } = services;
    const remembered = workspaceMemory.get<string>(QUICK_BOARD);
    // Its name is shown where it is known, and it is not while the board is away and has no backups.
    const usual = remembered === undefined ? undefined : { key: remembered, name: 'The board of the quick backup' };
    const wanted = boardNamedBy(target) ?? usual;
    const board = await pickBoard(services, 'Which board is the quick backup for?', wanted);
    const backup = board && (await runBackup(services, board, { kind: 'auto', origin: 'quick' }));
    if (!backup) return;
    // By now the board is known by its own id, which stays when the port changes.
    await workspaceMemory.update(QUICK_BOARD, backup.board.id);
    boards.redraw();
  },
};
