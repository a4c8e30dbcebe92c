import { t } from '../../core/l10n.js';
import { pickReported } from '../report/pickReported.js';
import type { Command } from './command.js';

export const showReport: Command = {
  name: 'showReport',
  async run(services, target) {
    const board = await pickReported(services, target, t('Whose report do you want to see?'));
    if (board) await services.reports.show(board.id, board.name);
  },
};
