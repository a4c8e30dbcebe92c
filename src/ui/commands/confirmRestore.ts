import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const confirmRestore: Command = {
  name: 'confirmRestore',
  async run({ restoreView }) {
    if (await restoreView.confirm()) return;
    const sentence = restoreView.isOpen ? 'The restore cannot be done as it is: see its view.' : 'No restore is open.';
    void showInformation(sentence);
  },
};
