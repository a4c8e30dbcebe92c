import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { linkTo } from '../linkTo.js';
import { showInformation } from '../messages.js';
import { nameBackup } from '../nameBackups.js';
import { backupMeant } from '../pickBackup.js';
import type { Command } from './command.js';

export const copyLink: Command = {
  name: 'copyLink',
  async run(services, target) {
    const backup = await backupMeant(services, target, t('Which backup shall the link lead to?'));
    if (!backup) return;
    await vscode.env.clipboard.writeText(linkTo(backup.id));
    void showInformation(
      t('Copied a link to the backup of {0}. It shows that backup where these backups are.', nameBackup(backup)),
    );
  },
};
