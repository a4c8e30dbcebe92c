import { ROOT } from '../../core/paths.js';
import { pickBackup } from '../pickBackup.js';
import { runRestore } from '../runRestore.js';
import { restorableNodes } from '../targets.js';
import type { Command } from './command.js';

export const restoreBackup: Command = {
  name: 'restoreBackup',
  async run(services, target) {
    const [row] = restorableNodes(target, undefined);
    const backup = row?.backup ?? (await pickBackup(services, 'Which backup do you want to restore?'));
    if (backup) await runRestore(services, backup, [ROOT]);
  },
};
