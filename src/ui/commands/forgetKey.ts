import { agreed } from '../keys/askKey.js';
import { reopenBackups } from '../keys/reopenBackups.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const forgetKey: Command = {
  name: 'forgetKey',
  async run(services) {
    const { keys } = services;
    if ((await keys.all()).length === 0) {
      void showInformation('No key of the backups in this folder is known on this computer.');
      return;
    }
    const detail =
      'The backups stay as they are, and open again once the key is entered. Nobody can open them if you do not have it elsewhere.\n\nUntil then, no backup is made.';
    if (!(await agreed('Forget the key on this computer?', detail, 'Forget Key'))) return;
    await keys.forget();
    await reopenBackups(services);
    void showInformation('The key is forgotten on this computer.');
  },
};
