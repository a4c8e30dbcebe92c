import { askSecrets } from '../keys/askKey.js';
import { findFitting } from '../keys/findFitting.js';
import { reopenBackups } from '../keys/reopenBackups.js';
import { showInformation, showWarning } from '../messages.js';
import type { Services } from '../services.js';
import type { Command } from './command.js';

export const enterKey: Command = {
  name: 'enterKey',
  async run(services) {
    const store = await services.boards.openStore();
    const encryption = await store.encryption();
    const mode = encryption.state === 'plain' ? 'passphrase' : encryption.mode;
    const secrets = await askSecrets(services, mode);
    if (!secrets) return;
    if (encryption.state === 'plain') {
      for (const secret of secrets) await services.keys.keepForOthers(secret);
      void showInformation(
        'The backups in this folder are not encrypted. The key is remembered for others that you import or bring back.',
      );
      return;
    }
    const fitting = await findFitting(services, secrets);
    if (fitting === undefined) {
      void tellWrong(services, secrets);
      return;
    }
    await services.keys.keep(fitting);
    await reopenBackups(services);
    void showInformation('The backups are open on this computer from now on.');
  },
};

async function tellWrong(services: Services, secrets: readonly string[]): Promise<void> {
  const again = 'Try Again';
  const others = 'Keep for Imports';
  const answer = await showWarning(
    'This key does not open the backups in this folder. Nothing was changed.',
    again,
    others,
  );
  if (answer === again) await enterKey.run(services, undefined, undefined);
  if (answer === others) for (const secret of secrets) await services.keys.keepForOthers(secret);
}
