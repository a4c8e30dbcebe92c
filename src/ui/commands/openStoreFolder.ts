import * as vscode from 'vscode';
import { showInformation } from '../messages.js';
import { offerFirstBackup } from '../pickBackup.js';
import { readSettings } from '../settings.js';
import { hasFileManager, showFolder } from '../showFolder.js';
import type { Command } from './command.js';

export const openStoreFolder: Command = {
  name: 'openStoreFolder',
  async run({ env }) {
    const { storeFolder } = readSettings();
    if (!(await env.fs.info(storeFolder))) {
      void offerFirstBackup(`There is no backup yet. They will be in ${storeFolder}.`);
      return;
    }
    if (hasFileManager()) await showFolder(storeFolder);
    else void tellWhere(vscode.Uri.file(storeFolder));
  },
};

async function tellWhere(folder: vscode.Uri): Promise<void> {
  const sentence = `The backups are in ${folder.fsPath}, on the machine that this window works on.`;
  const answer = await showInformation(sentence, 'Open in New Window', 'Copy Path');
  if (answer === 'Copy Path') await vscode.env.clipboard.writeText(folder.fsPath);
  else if (answer) await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}
