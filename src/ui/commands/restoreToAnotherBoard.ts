import { t } from '../../core/l10n.js';
import { ROOT } from '../../core/paths.js';
import { backupMeant } from '../pickBackup.js';
import { pickOtherBoard } from '../pickBoard.js';
import { restoreTo } from '../runRestore.js';
import type { Command } from './command.js';

export const restoreToAnotherBoard: Command = {
  name: 'restoreToAnotherBoard',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup do you want to restore to another board?'));
    if (!backup) return;
    const board = await pickOtherBoard(
      services,
      t('Which board do you want to restore the files to?'),
      backup.board.id,
    );
    if (board) await restoreTo(services, board, backup, { paths: [ROOT] });
  },
};
