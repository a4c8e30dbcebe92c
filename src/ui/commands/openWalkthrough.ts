import * as vscode from 'vscode';
import type { Command } from './command.js';

export const openWalkthrough: Command = {
  name: 'openWalkthrough',
  async run({ extension }) {
    // VS Code opens it by itself once, after the extension was installed.
    await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extension.extension.id}#start`, false);
  },
};
