import { hasPlace, runSync } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

export const copyToSecondPlace: Command = {
  name: 'copyToSecondPlace',
  async run(services) {
    if (await hasPlace(services)) await runSync(services);
  },
};
