import { forgetPlace } from '../../core/jobs/offsitePlace.js';
import { t } from '../../core/l10n.js';
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
    const detail = t('Nothing more is copied there. What is there stays there, and can be brought back.');
    if (!(await agreed(t('Forget the second place {0}?', place), detail, t('Forget')))) return;
    const words = wordsOf<boolean>(t('Forgetting the second place'), t('Second place'), NO_SHARES);
    const isForgotten = await runStoreJob(services, words, (_context, store) => forgetPlace(store));
    if (isForgotten !== undefined)
      void showInformation(t('{0} is no longer the second place. What is there stays there.', place));
  },
};
