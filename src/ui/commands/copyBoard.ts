import { t } from '../../core/l10n.js';
import { ROOT } from '../../core/paths.js';
import { pickBoard, pickOtherBoard } from '../pickBoard.js';
import { runBackup } from '../runBackup.js';
import { restoreTo } from '../runRestore.js';
import { boardNamedBy } from '../targets.js';
import type { Command } from './command.js';

export const copyBoard: Command = {
  name: 'copyBoard',
  async run(services, target) {
    const from = await pickBoard(services, t('Which board do you want to copy?'), boardNamedBy(target));
    if (!from) return;
    const to = await pickOtherBoard(
      services,
      t('Which board do you want to make like {0}?', from.name),
      from.id,
      from.url,
    );
    if (!to) return;
    const backup = await runBackup(services, from, { kind: 'auto', origin: 'manual' });
    if (backup) await restoreTo(services, to, backup, { paths: [ROOT] });
  },
};
