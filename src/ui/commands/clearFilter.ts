import * as vscode from 'vscode';
import type { Command } from './command.js';

export const clearFilter: Command = {
  name: 'clearFilter',
  async run({ tree, setLook }) {
    if (tree.look.criteria.length === 0) void vscode.window.showInformationMessage('All backups are shown already.');
    else await setLook({ ...tree.look, criteria: [] });
  },
};
