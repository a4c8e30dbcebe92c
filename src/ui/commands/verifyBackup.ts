import { t } from '../../core/l10n.js';
import { backupMeant } from '../pickBackup.js';
import { runVerify } from '../runVerify.js';
import type { Command } from './command.js';

export const verifyBackup: Command = {
  name: 'verifyBackup',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup do you want to verify?'));
    if (backup) await runVerify(services, backup);
  },
};
