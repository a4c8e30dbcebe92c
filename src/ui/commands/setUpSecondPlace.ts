import { choosePlace } from '../secondPlace/choosePlace.js';
import { runSetUp } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

export const setUpSecondPlace: Command = {
  name: 'setUpSecondPlace',
  async run(services) {
    const { boards } = services;
    await boards.refreshBackups();
    const now = boards.secondPlace;
    const question = now ? `Now ${now.place}: copy to another place instead?` : 'Where shall copies of all backups go?';
    const place = await choosePlace('Second Place', question);
    if (place !== undefined) await runSetUp(services, place);
  },
};
