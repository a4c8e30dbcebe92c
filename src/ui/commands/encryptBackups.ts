import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { unawaited } from '../failures.js';
import { askAndChangeKey } from '../keys/runKeyChange.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const encryptBackups: Command = {
  name: 'encryptBackups',
  async run(services) {
    const store = await services.boards.openStore();
    if ((await store.encryption()).state !== 'plain') {
      unawaited(services, offerChange());
      return;
    }
    await askAndChangeKey(services, store, true);
  },
};

async function offerChange(): Promise<void> {
  const answer = await showInformation(t('The backups are encrypted already.'), t('Change Key…'));
  if (answer) await vscode.commands.executeCommand('micropythonBackup.changeKey');
}
