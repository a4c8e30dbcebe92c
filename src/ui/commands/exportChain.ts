import { t } from '../../core/l10n.js';
import { chainMeant } from '../pickBackup.js';
import { runExport } from '../runExport.js';
import type { Command } from './command.js';

export const exportChain: Command = {
  name: 'exportChain',
  async run(services, target) {
    const backups = await chainMeant(
      services,
      target,
      t('Which chain do you want to export, with all of its backups?'),
    );
    if (backups.length > 0) await runExport(services, backups);
  },
};
