import { t } from '../../core/l10n.js';
import { agreedToStop, runDecryption } from '../keys/runKeyChange.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const stopEncrypting: Command = {
  name: 'stopEncrypting',
  async run(services) {
    const store = await services.boards.openStore();
    const encryption = await store.encryption();
    if (encryption.state === 'plain' && !encryption.encrypted) {
      void showInformation(t('The backups are not encrypted.'));
      return;
    }
    await store.unlock();
    if (await agreedToStop(services, store)) await runDecryption(services);
  },
};
