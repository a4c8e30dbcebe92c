import { t } from '../../core/l10n.js';
import { count } from '../../core/text.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const showHiddenMessages: Command = {
  name: 'showHiddenMessages',
  async run({ recurring }) {
    const shown = await recurring.showAgain();
    const sentence =
      shown === 0 ? t('No message is hidden.') : t('{0} will be shown again.', count(shown, 'hidden message'));
    void showInformation(sentence);
  },
};
