import { t } from '../../core/l10n.js';
import { ROOT } from '../../core/paths.js';
import { backupMeant } from '../pickBackup.js';
import { runRestore } from '../runRestore.js';
import type { Command } from './command.js';

export const mirrorBackup: Command = {
  name: 'mirrorBackup',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup shall the board be made like?'));
    if (backup) await runRestore(services, backup, { paths: [ROOT], mirrors: true });
  },
};
