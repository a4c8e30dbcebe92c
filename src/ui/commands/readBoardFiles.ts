import { t } from '../../core/l10n.js';
import { runLook } from '../live/runLook.js';
import { pickBoard } from '../pickBoard.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

export const readBoardFiles: Command = {
  name: 'readBoardFiles',
  async run(services, target) {
    const board = await pickBoard(services, t('Which board do you want to look at?'), boardNamedBy(target));
    // Opening its row would have it read again if that failed.
    if (board && (await runLook(services, board))) await services.revealBoard(board.url);
  },
};
