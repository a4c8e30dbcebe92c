import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { unawaited } from '../failures.js';
import { isUnfinished } from '../keys/keyWords.js';
import { askAndChangeKey, askToFinish } from '../keys/runKeyChange.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const changeKey: Command = {
  name: 'changeKey',
  async run(services) {
    const store = await services.boards.openStore();
    const encryption = await store.encryption();
    if (encryption.state === 'plain') {
      unawaited(services, offerFirst());
      return;
    }
    // Who does not have the present key is told so before they think of a new one.
    await store.unlock();
    if (isUnfinished(encryption)) {
      await askToFinish(services, encryption);
      return;
    }
    await askAndChangeKey(services, store, false);
  },
};

async function offerFirst(): Promise<void> {
  const answer = await showInformation(t('The backups are not encrypted.'), t('Encrypt Backups…'));
  if (answer) await vscode.commands.executeCommand('micropythonBackup.encryptBackups');
}
