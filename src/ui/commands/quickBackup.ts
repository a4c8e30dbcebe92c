import { t } from '../../core/l10n.js';
import { pickBoard } from '../pickBoard.js';
import { showJobsOf } from '../pickJob.js';
import { ASK, isChosen, QUICK_BOARD } from '../quickBoard.js';
import { runBackup } from '../runBackup.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

export const quickBackup: Command = {
  name: 'quickBackup',
  async run(services, target) {
    const { boards, jobs, workspaceMemory } = services;
    const remembered = workspaceMemory.get<string>(QUICK_BOARD);
    // Its name is shown if it is known, and it is not while the board is away and has no backups.
    const usual = isChosen(remembered) ? { key: remembered, name: t('The board of the quick backup') } : undefined;
    const wanted = boardNamedBy(target) ?? usual;
    const board = await pickBoard(services, t('Which board is the quick backup for?'), wanted);
    if (!board) return;
    const running = jobs.on(board.key, board.url);
    if (running.length > 0) {
      await showJobsOf(services, running, board.name);
      return;
    }
    const backup = await runBackup(services, board, { kind: 'auto', origin: 'quick' });
    // Who wants to be asked each time is asked the next time, too.
    if (!backup || workspaceMemory.get(QUICK_BOARD) === ASK) return;
    // By now the board is known by its own id, which stays when the port changes.
    await workspaceMemory.update(QUICK_BOARD, backup.board.id);
    boards.redraw();
  },
};
