import { t } from '../../core/l10n.js';
import { backupsMeant } from '../pickBackup.js';
import { runExport } from '../runExport.js';
import type { Command } from './command.js';

export const exportBackup: Command = {
  name: 'exportBackup',
  async run(services, target, selection) {
    const placeHolder = t('Which backup do you want to export?');
    const backups = await backupsMeant(services, target, selection, { placeHolder });
    if (backups.length > 0) await runExport(services, backups);
  },
};
