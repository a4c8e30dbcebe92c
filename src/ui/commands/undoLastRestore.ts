import { lastRestore } from '../../core/plan/recordedPlan.js';
import { settleOn } from '../settleOn.js';
import type { Command } from './command.js';

export const undoLastRestore: Command = {
  name: 'undoLastRestore',
  run: (services, target) =>
    settleOn(services, target, 'undo', {
      question: 'On which board do you want to undo the last restore?',
      none: 'There is no restore that could be undone.',
      fits: (restores, boardId) => lastRestore(restores, boardId) !== undefined,
    }),
};
