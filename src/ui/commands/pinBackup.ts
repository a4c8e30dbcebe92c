// Pinned backups are neither deleted nor pruned.

import { t } from '../../core/l10n.js';
import { backupsMeant } from '../pickBackup.js';
import { runPin } from '../runPin.js';
import type { Command } from './command.js';

export const pinBackup: Command = {
  name: 'pinBackup',
  async run(services, target, selection) {
    const backups = await backupsMeant(services, target, selection, {
      placeHolder: t('Which backup do you want to pin?'),
      only: { fits: ({ pinned }) => !pinned, none: t('All backups are pinned.') },
    });
    if (backups.length > 0) await runPin(services, backups, true);
  },
};
