import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { offerFirstBackup } from '../pickBackup.js';
import { pickBoard } from '../pickBoard.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';
import { compareBackup } from './compareWithBoard.js';

export const showChanges: Command = {
  name: 'showChanges',
  async run(services, target) {
    const question = t('Which board do you want to compare with its last backup?');
    const board = await pickBoard(services, question, boardNamedBy(target));
    if (!board) return;
    const { storeTrouble } = services.boards;
    if (storeTrouble) throw storeTrouble;
    if (board.latest) await compareBackup(services, board.latest, board);
    else await offerFirstBackup(t('{0} has no backup to compare with.', displayPath(board.name)), board.url);
  },
};
