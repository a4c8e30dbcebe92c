import { t } from '../../core/l10n.js';
import { backupsMeant } from '../pickBackup.js';
import { runDelete } from '../runDelete.js';
import type { Command } from './command.js';

export const deleteBackup: Command = {
  name: 'deleteBackup',
  async run(services, target, selection) {
    const placeHolder = t('Which backup do you want to delete?');
    const backups = await backupsMeant(services, target, selection, { placeHolder });
    if (backups.length > 0) await runDelete(services, backups);
  },
};
