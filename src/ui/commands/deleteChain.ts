import { t } from '../../core/l10n.js';
import { chainMeant } from '../pickBackup.js';
import { runDelete } from '../runDelete.js';
import type { Command } from './command.js';

export const deleteChain: Command = {
  name: 'deleteChain',
  async run(services, target) {
    const backups = await chainMeant(
      services,
      target,
      t('Which chain do you want to delete, with all of its backups?'),
    );
    if (backups.length > 0) await runDelete(services, backups);
  },
};
