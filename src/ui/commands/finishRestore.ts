import { t } from '../../core/l10n.js';
import { lastRestore } from '../../core/plan/recordedPlan.js';
import { settleOn } from '../settleOn.js';
import type { Command } from './command.js';

export const finishRestore: Command = {
  name: 'finishRestore',
  run: (services, target) =>
    settleOn(services, target, 'finish', {
      question: t('On which board do you want to finish the restore?'),
      none: t('No restore was interrupted.'),
      fits: (restores, boardId) => lastRestore(restores, boardId)?.state === 'unfinished',
    }),
};
