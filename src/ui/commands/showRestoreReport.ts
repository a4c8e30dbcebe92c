import { stateWord } from '../../core/jobs/restoreText.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { count, moment } from '../../core/text.js';
import { showInformation } from '../messages.js';
import { pickOne } from '../quickPick.js';
import { showReport } from '../showReport.js';
import type { Command } from './command.js';

export const showRestoreReport: Command = {
  name: 'showRestoreReport',
  async run(services) {
    const { records } = await (await services.boards.openStore()).restores();
    if (records.length === 0) {
      void showInformation(t('Nothing has been restored yet.'));
      return;
    }
    const items = records.map(({ id, at, board, state, items }) => ({
      label: `${displayPath(board.name)}, ${moment(at, Date.now())}`,
      description: `${stateWord(state)}, ${count(items.length, 'path')}`,
      id,
    }));
    const placeHolder = t('Which restore do you want to read about?');
    const picked = await pickOne(items, { placeHolder, matchOnDescription: true });
    if (picked) await showReport(services, picked.id);
  },
};
