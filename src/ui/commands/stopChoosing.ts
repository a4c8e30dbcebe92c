import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const stopChoosing: Command = {
  name: 'stopChoosing',
  async run({ tree, choose }) {
    if (!tree.choosing) void showInformation(t('No files are being chosen.'));
    else await choose(undefined);
  },
};
