import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import { runRestore } from '../runRestore.js';
import type { Command } from './command.js';

export const restoreChosen: Command = {
  name: 'restoreChosen',
  async run(services) {
    const { choosing } = services.tree;
    if (!choosing || choosing.paths.length === 0) {
      const ask = choosing
        ? t('Tick the files that you want to restore first.')
        : t('Choose the files of a backup first.');
      void showInformation(ask);
      return;
    }
    const { backup, paths } = choosing;
    // What was ticked stays so until it is restored.
    await runRestore(services, backup, { paths, onDone: () => services.choose(undefined) });
  },
};
