import { isUnlocked } from '../../core/jobs/isUnlocked.js';
import { t } from '../../core/l10n.js';
import type { KeyMode } from '../../core/store/encryption.js';
import type { Store } from '../../core/store/store.js';
import { askFitting, askSecrets } from '../keys/askKey.js';
import { findFitting } from '../keys/findFitting.js';
import { reopenBackups } from '../keys/reopenBackups.js';
import { showInformation } from '../messages.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const enterKey: Command = {
  name: 'enterKey',
  async run(services) {
    const mode = await modeOfLocked(await services.boards.openStore());
    if (mode === undefined) {
      await askForOthers(services);
      return;
    }
    const fits = (secrets: readonly string[]) => findFitting(services, secrets);
    const fitting = await askFitting(services, { mode, ofWhat: t('The backups in this folder') }, fits);
    if (fitting === undefined) return;
    await services.keys.keep(fitting);
    await reopenBackups(services);
    void showInformation(t('The backups are open on this computer from now on.'));
  },
};

/** @returns how they are encrypted; undefined if they are open as it is */
async function modeOfLocked(store: Store): Promise<KeyMode | undefined> {
  const encryption = await store.encryption();
  return encryption.state === 'plain' || (await isUnlocked(store)) ? undefined : encryption.mode;
}

/** What is imported may have a key of its own. */
async function askForOthers(services: Services): Promise<void> {
  const secrets = await askSecrets(services, t('The backups here are open. What opens those that you import?'));
  if (!secrets) return;
  for (const secret of secrets) await services.keys.keepForOthers(secret);
  void showInformation(t('This computer remembers the key, for encrypted backups that you import or bring back.'));
}
