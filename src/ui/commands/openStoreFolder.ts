import * as vscode from 'vscode';
import { offerFirstBackup } from '../pickBackup.js';
import { readSettings } from '../settings.js';
import type { Command } from './command.js';

const REVEAL = 'revealFileInOS';

export const openStoreFolder: Command = {
  name: 'openStoreFolder',
  async run({ env }) {
    const { storeFolder } = readSettings();
    if (!(await env.fs.info(storeFolder))) {
      void offerFirstBackup(`There is no backup yet. They will be in ${storeFolder}.`);
      return;
    }
    const folder = vscode.Uri.file(storeFolder);
    // In a browser there is no file manager to show it.
    if ((await vscode.commands.getCommands(true)).includes(REVEAL)) {
      await vscode.commands.executeCommand(REVEAL, folder);
    } else void tellWhere(folder);
  },
};

async function tellWhere(folder: vscode.Uri): Promise<void> {
  const sentence = `The backups are in ${folder.fsPath}, on the machine that this window works on.`;
  const answer = await vscode.window.showInformationMessage(sentence, 'Open in New Window', 'Copy Path');
  if (answer === 'Copy Path') await vscode.env.clipboard.writeText(folder.fsPath);
  else if (answer) await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}
