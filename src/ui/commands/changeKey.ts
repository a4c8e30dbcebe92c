import * as vscode from 'vscode';
import { OLDER_THERE } from '../../core/jobs/offsiteText.js';
import { agreed, askNewKey } from '../keys/askKey.js';
import { detailOf, isUnfinished, questionOf } from '../keys/keyWords.js';
import { askToFinish, runKeyChange } from '../keys/runKeyChange.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const changeKey: Command = {
  name: 'changeKey',
  async run(services) {
    const store = await services.boards.openStore();
    const encryption = await store.encryption();
    if (encryption.state === 'plain') {
      void offerFirst();
      return;
    }
    // Who does not have the present key is told so before they think of a new one.
    await store.unlock();
    if (isUnfinished(encryption)) {
      await askToFinish(services, encryption);
      return;
    }
    const chosen = await askNewKey(services, 'Change Key');
    if (!chosen) return;
    const here = detailOf(chosen.mode, (await store.archives()).length, false);
    const detail = services.boards.secondPlace ? `${here}\n\n${OLDER_THERE}` : here;
    if (await agreed(questionOf(false), detail, 'Change Key')) await runKeyChange(services, chosen, false);
  },
};

async function offerFirst(): Promise<void> {
  const answer = await showInformation('The backups are not encrypted.', 'Encrypt Backups…');
  if (answer) await vscode.commands.executeCommand('micropythonBackup.encryptBackups');
}
