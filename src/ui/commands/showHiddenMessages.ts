import { count } from '../../core/text.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const showHiddenMessages: Command = {
  name: 'showHiddenMessages',
  async run({ recurring }) {
    const shown = await recurring.showAgain();
    const sentence = shown === 0 ? 'No message is hidden.' : `${count(shown, 'hidden message')} will be shown again.`;
    void showInformation(sentence);
  },
};
