import { t } from '../../core/l10n.js';
import { pickBoard } from '../pickBoard.js';
import { runBackup } from '../runBackup.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

export const backupDevice: Command = {
  name: 'backupDevice',
  async run(services, target) {
    const board = await pickBoard(services, t('Which board do you want to back up?'), boardNamedBy(target));
    if (board) await runBackup(services, board, { kind: 'auto', origin: 'manual' });
  },
};
