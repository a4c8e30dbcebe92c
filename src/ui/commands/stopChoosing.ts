import * as vscode from 'vscode';
import type { Command } from './command.js';

export const stopChoosing: Command = {
  name: 'stopChoosing',
  async run({ tree, choose }) {
    if (!tree.choosing) void vscode.window.showInformationMessage('No files are being chosen.');
    else await choose(undefined);
  },
};
