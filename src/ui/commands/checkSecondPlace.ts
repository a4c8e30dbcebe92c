import { hasPlace, runCheck } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

export const checkSecondPlace: Command = {
  name: 'checkSecondPlace',
  async run(services) {
    if (await hasPlace(services)) await runCheck(services, false);
  },
};
