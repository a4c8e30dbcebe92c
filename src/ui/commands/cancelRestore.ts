import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const cancelRestore: Command = {
  name: 'cancelRestore',
  async run({ restoreView }) {
    if (!(await restoreView.cancel())) void showInformation(t('No restore is open.'));
  },
};
