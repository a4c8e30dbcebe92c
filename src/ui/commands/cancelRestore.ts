import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const cancelRestore: Command = {
  name: 'cancelRestore',
  async run({ restoreView }) {
    if (!(await restoreView.cancel())) void showInformation('No restore is open.');
  },
};
