import { t } from '../../core/l10n.js';
import { choosePlace } from '../secondPlace/choosePlace.js';
import { runSetUp } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

export const setUpSecondPlace: Command = {
  name: 'setUpSecondPlace',
  async run(services) {
    const { boards } = services;
    await boards.refreshBackups();
    const now = boards.secondPlace;
    const question = now
      ? t('Now {0}: copy to another place instead?', now.place)
      : t('Where do you want to keep copies of all backups?');
    const place = await choosePlace(t('Second Place'), question);
    if (place !== undefined) await runSetUp(services, place);
  },
};
