// Gives the files of a backup check boxes, so that some of them can be restored together.

import { t } from '../../core/l10n.js';
import { backupMeant } from '../pickBackup.js';
import type { Command } from './command.js';

export const chooseFiles: Command = {
  name: 'chooseFiles',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup do you want to choose files of?'));
    if (!backup) return;
    await services.choose(backup);
    await services.revealBackup(backup.id);
  },
};
