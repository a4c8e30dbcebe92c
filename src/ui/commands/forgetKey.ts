import { t } from '../../core/l10n.js';
import { agreed } from '../keys/askKey.js';
import { findFitting } from '../keys/findFitting.js';
import { reopenBackups } from '../keys/reopenBackups.js';
import { showInformation } from '../messages.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const forgetKey: Command = {
  name: 'forgetKey',
  async run(services) {
    const { keys } = services;
    const others = await keys.others();
    const fitting = await fittingOf(services, others);
    if ((await keys.own()).length + fitting.length > 0) {
      const detail = t(
        'The backups stay as they are, and open again once the key is entered. Nobody can open them if you do not have it elsewhere.\n\nUntil then, no backup is made. Files of backups that are open in an editor can be read until they are closed.',
      );
      if (!(await agreed(t('Forget the key on this computer?'), detail, t('Forget Key')))) return;
      await keys.forget();
      await keys.forgetOthers(fitting);
    } else if (others.length > 0) {
      const detail = t(
        'They were kept for encrypted backups that are imported or brought back. The backups in this folder need none of them.',
      );
      if (!(await agreed(t('Forget the keys of other folders on this computer?'), detail, t('Forget Keys')))) return;
      await keys.forgetOthers(others);
    } else {
      void showInformation(t('No key of the backups in this folder is known on this computer.'));
      return;
    }
    await reopenBackups(services);
    void showInformation(t('The key is forgotten on this computer.'));
  },
};

/** Of the keys of other folders, those that open our own backups as well. */
async function fittingOf(services: Services, secrets: readonly string[]): Promise<string[]> {
  if ((await (await services.boards.openStore()).encryption()).state === 'plain') return [];
  const fitting: string[] = [];
  for (const secret of secrets) if ((await findFitting(services, [secret])) !== undefined) fitting.push(secret);
  return fitting;
}
