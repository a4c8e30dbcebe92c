// Unpinned backups can be deleted and pruned again.

import { t } from '../../core/l10n.js';
import { backupsMeant } from '../pickBackup.js';
import { runPin } from '../runPin.js';
import type { Command } from './command.js';

export const unpinBackup: Command = {
  name: 'unpinBackup',
  async run(services, target, selection) {
    const backups = await backupsMeant(services, target, selection, {
      placeHolder: t('Which backup do you want to unpin?'),
      only: { fits: ({ pinned }) => pinned, none: t('No backup is pinned.') },
    });
    if (backups.length > 0) await runPin(services, backups, false);
  },
};
