import { setPlace } from '../../core/jobs/offsitePlace.js';
import { NO_SHARES } from '../jobBar.js';
import { runStoreJob } from '../runStoreJob.js';
import { choosePlace } from '../secondPlace/choosePlace.js';
import { runSync, wordsOf } from '../secondPlace/runSecondPlace.js';
import { readSettings } from '../settings.js';
import type { Command } from './command.js';

export const setUpSecondPlace: Command = {
  name: 'setUpSecondPlace',
  async run(services) {
    const { boards } = services;
    await boards.refreshBackups();
    const now = boards.secondPlace;
    const question = now ? `Now ${now.place}: copy to another place instead?` : 'Where shall copies of all backups go?';
    const place = await choosePlace('Second Place', question);
    if (place === undefined) return;
    const { rclonePath } = readSettings();
    const words = wordsOf('Setting up the second place', 'Second place', NO_SHARES);
    const state = await runStoreJob(services, words, (context, store) =>
      setPlace(context, store, place, { rclonePath }),
    );
    if (state) await runSync(services, true);
  },
};
