import { t } from '../../core/l10n.js';
import { age } from '../../core/text.js';
import { showInformation } from '../messages.js';
import { backupItem } from '../pickBackup.js';
import { pickSome } from '../quickPick.js';
import { runUndelete } from '../runUndelete.js';
import type { Command } from './command.js';

export const restoreDeletedBackup: Command = {
  name: 'restoreDeletedBackup',
  async run(services) {
    const trash = await (await services.boards.openStore()).trash();
    if (trash.length === 0) {
      void showInformation(t('There is no deleted backup in the trash.'));
      return;
    }
    const now = Date.now();
    const items = trash.map((backup) => ({
      ...backupItem(backup),
      ...(backup.deletedAt && { detail: t('Deleted {0}', age(backup.deletedAt, now)) }),
      backup,
    }));
    const placeHolder = t('Which deleted backups do you want back?');
    const picked = await pickSome(items, { placeHolder });
    if (picked && picked.length > 0)
      await runUndelete(
        services,
        picked.map(({ backup }) => backup),
      );
  },
};
