import type { Command } from './command.js';
import { setUpSecondPlace } from './setUpSecondPlace.js';

/** The same as setting one up, as it is called if there is one. */
export const changeSecondPlace: Command = {
  name: 'changeSecondPlace',
  run: setUpSecondPlace.run,
};
