import * as vscode from 'vscode';
import { offerFirstBackup } from '../pickBackup.js';
import { readSettings } from '../settings.js';
import { hasFileManager, showFolder, showFolderLabel } from '../showFolder.js';
import type { Command } from './command.js';

export const openStoreFolder: Command = {
  name: 'openStoreFolder',
  async run({ env }) {
    const { storeFolder } = readSettings();
    if (!(await env.fs.info(storeFolder))) {
      void offerFirstBackup(`There is no backup yet. They will be in ${storeFolder}.`);
      return;
    }
    if (hasFileManager()) {
      await showFolder(storeFolder);
      return;
    }
    const sentence = `The backups are in ${storeFolder}, on the computer where VS Code runs its extensions.`;
    if (await vscode.window.showInformationMessage(sentence, showFolderLabel())) await showFolder(storeFolder);
  },
};
