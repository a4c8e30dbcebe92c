// The way from the status bar to the tree.

import * as vscode from 'vscode';
import type { Command } from './command.js';

export const showInTree: Command = {
  name: 'showInTree',
  async run(services, backupId) {
    if (typeof backupId === 'string') await services.revealBackup(backupId);
    else await vscode.commands.executeCommand('micropythonBackup.boards.focus');
  },
};
