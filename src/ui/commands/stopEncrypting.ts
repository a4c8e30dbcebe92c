import { count } from '../../core/text.js';
import { agreed } from '../keys/askKey.js';
import { runDecryption } from '../keys/runKeyChange.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const stopEncrypting: Command = {
  name: 'stopEncrypting',
  async run(services) {
    const store = await services.boards.openStore();
    if ((await store.encryption()).state === 'plain') {
      void showInformation('The backups are not encrypted.');
      return;
    }
    await store.unlock();
    const archives = count((await store.archives()).length, 'archive');
    const detail = `${archives} will be written anew, without encryption, and read back. Whoever can read this disk can read them then, with all passwords that boards hold.`;
    if (await agreed('Stop encrypting the backups?', detail, 'Stop Encrypting')) await runDecryption(services);
  },
};
