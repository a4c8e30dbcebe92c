import * as vscode from 'vscode';
import { runRestore } from '../runRestore.js';
import type { Command } from './command.js';

export const restoreChosen: Command = {
  name: 'restoreChosen',
  async run(services) {
    const { choosing } = services.tree;
    if (!choosing || choosing.paths.length === 0) {
      const ask = choosing ? 'Tick the files that you want to restore first.' : 'Choose the files of a backup first.';
      void vscode.window.showInformationMessage(ask);
      return;
    }
    const { backup, paths } = choosing;
    await services.choose(undefined);
    await runRestore(services, backup, { paths });
  },
};
