import { showHistory } from '../files/historyPick.js';
import { fileMeant } from '../pickFile.js';
import type { Command } from './command.js';

export const fileHistory: Command = {
  name: 'fileHistory',
  async run(services, target) {
    const file = await fileMeant(services, target);
    if (file) await showHistory(services, file);
  },
};
