import * as vscode from 'vscode';
import { OLDER_THERE } from '../../core/jobs/offsiteText.js';
import { agreed, askNewKey } from '../keys/askKey.js';
import { detailOf, questionOf } from '../keys/keyWords.js';
import { runKeyChange } from '../keys/runKeyChange.js';
import { showInformation } from '../messages.js';
import type { Command } from './command.js';

export const encryptBackups: Command = {
  name: 'encryptBackups',
  async run(services) {
    const store = await services.boards.openStore();
    if ((await store.encryption()).state !== 'plain') {
      void offerChange();
      return;
    }
    const chosen = await askNewKey(services, 'Encrypt Backups');
    if (!chosen) return;
    const here = detailOf(chosen.mode, (await store.archives()).length, true);
    const detail = services.boards.secondPlace ? `${here}\n\n${OLDER_THERE}` : here;
    if (await agreed(questionOf(true), detail, 'Encrypt')) await runKeyChange(services, chosen, true);
  },
};

async function offerChange(): Promise<void> {
  const answer = await showInformation('The backups are encrypted already.', 'Change Key…');
  if (answer) await vscode.commands.executeCommand('micropythonBackup.changeKey');
}
