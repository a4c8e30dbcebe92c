import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const confirmRestore: Command = {
  name: 'confirmRestore',
  async run({ restoreView }) {
    if (await restoreView.confirm()) return;
    const sentence = restoreView.isOpen
      ? t('The restore cannot be carried out as planned. The Restore view shows why.')
      : t('No restore is open.');
    void showInformation(sentence);
  },
};
