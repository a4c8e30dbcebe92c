import { ROOT } from '../../core/paths.js';
import { pickBackup } from '../pickBackup.js';
import { runRestore } from '../runRestore.js';
import { isNode } from '../targets.js';
import type { Command } from './command.js';

export const restoreBackup: Command = {
  name: 'restoreBackup',
  async run(services, target) {
    const own = isNode(target) && 'backup' in target ? target.backup : undefined;
    const backup = own ?? (await pickBackup(services, 'Which backup do you want to restore?'));
    if (backup) await runRestore(services, backup, { paths: [ROOT] });
  },
};
