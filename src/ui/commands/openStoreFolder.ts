import * as vscode from 'vscode';
import { offerFirstBackup } from '../pickBackup.js';
import { readSettings } from '../settings.js';
import type { Command } from './command.js';

export const openStoreFolder: Command = {
  name: 'openStoreFolder',
  async run({ env }) {
    const { storeFolder } = readSettings();
    if (!(await env.fs.info(storeFolder))) {
      void offerFirstBackup(`There is no backup yet. They will be in ${storeFolder}.`);
      return;
    }
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(storeFolder));
  },
};
