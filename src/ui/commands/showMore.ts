import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const showMore: Command = {
  name: 'showMore',
  async run({ tree }, target) {
    if (isNode(target)) tree.showMore(target);
    else void showInformation(t('Click the last row below a board or its backups to see more.'));
  },
};
