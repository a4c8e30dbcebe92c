import { lastRestore } from '../../core/plan/recordedPlan.js';
import { settleOn } from '../settleOn.js';
import type { Command } from './command.js';

export const finishRestore: Command = {
  name: 'finishRestore',
  run: (services, target) =>
    settleOn(services, target, 'finish', {
      question: 'On which board do you want to finish the restore?',
      none: 'No restore was interrupted.',
      fits: (restores, boardId) => lastRestore(restores, boardId)?.state === 'unfinished',
    }),
};
