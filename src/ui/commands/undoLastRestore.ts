import { t } from '../../core/l10n.js';
import { lastRestore } from '../../core/plan/recordedPlan.js';
import { settleOn } from '../settleOn.js';
import type { Command } from './command.js';

export const undoLastRestore: Command = {
  name: 'undoLastRestore',
  run: (services, target) =>
    settleOn(services, target, 'undo', {
      question: t('On which board do you want to undo the last restore?'),
      none: t('There is no restore that could be undone.'),
      fits: (restores, boardId) => lastRestore(restores, boardId) !== undefined,
    }),
};
