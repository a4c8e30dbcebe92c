import * as vscode from 'vscode';
import type { Command } from './command.js';

export const cancelRestore: Command = {
  name: 'cancelRestore',
  async run({ restoreView }) {
    if (!(await restoreView.cancel())) void vscode.window.showInformationMessage('No restore is open.');
  },
};
