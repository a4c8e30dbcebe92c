import { forgetPlace } from '../../core/jobs/offsitePlace.js';
import { NO_SHARES } from '../jobBar.js';
import { agreed } from '../keys/askKey.js';
import { showInformation } from '../messages.js';
import { runStoreJob } from '../runStoreJob.js';
import { hasPlace, wordsOf } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

export const forgetSecondPlace: Command = {
  name: 'forgetSecondPlace',
  async run(services) {
    if (!(await hasPlace(services))) return;
    const place = services.boards.secondPlace?.place ?? '';
    const detail = 'Nothing is copied there any more. What lies there stays, and can be brought back.';
    if (!(await agreed(`Forget the second place ${place}?`, detail, 'Forget'))) return;
    const words = wordsOf<boolean>('Forgetting the second place', 'Second place', NO_SHARES);
    const isForgotten = await runStoreJob(services, words, (_context, store) => forgetPlace(store));
    if (isForgotten !== undefined) void showInformation(`${place} is no second place any more. What lies there stays.`);
  },
};
