// Pinned backups are neither deleted nor pruned.

import { backupsMeant } from '../pickBackup.js';
import { runPin } from '../runPin.js';
import type { Command } from './command.js';

export const pinBackup: Command = {
  name: 'pinBackup',
  async run(services, target, selection) {
    const backups = await backupsMeant(services, target, selection, {
      placeHolder: 'Which backup do you want to pin?',
      only: { fits: ({ pinned }) => !pinned, none: 'All backups are pinned.' },
    });
    if (backups.length > 0) await runPin(services, backups, true);
  },
};
