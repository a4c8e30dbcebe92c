import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const stopChoosing: Command = {
  name: 'stopChoosing',
  async run({ tree, choose }) {
    if (!tree.choosing) void showInformation('No files are being chosen.');
    else await choose(undefined);
  },
};
