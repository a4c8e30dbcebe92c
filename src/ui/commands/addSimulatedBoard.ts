import * as vscode from 'vscode';
import { addSimulatedBoard, listSimulatedBoards } from '../../core/board/transport/simulated.js';
import { t } from '../../core/l10n.js';
import { simulatedUrl } from '../../core/simulatedUrl.js';
import { showInformation } from '../messages.js';
import { readSettings } from '../settings.js';
import { showFolder, showFolderLabel } from '../showFolder.js';
import type { Command } from './command.js';

export const addSimulatedBoardCommand: Command = {
  name: 'addSimulatedBoard',
  async run({ boards }) {
    const { simulatedBoardsFolder } = readSettings();
    const taken = await listSimulatedBoards(simulatedBoardsFolder);
    const name = await vscode.window.showInputBox({
      title: t('Add Simulated Board'),
      prompt: t('A board that runs real MicroPython on this computer, with a small project on it.'),
      value: freeName(taken),
      validateInput(text) {
        if (!/^[A-Za-z0-9_-]+$/.test(text)) return t('Use letters, digits, "-" and "_".');
        return taken.includes(text) ? t('A simulated board named {0} already exists.', text) : undefined;
      },
    });
    if (name === undefined) return;
    const folder = await addSimulatedBoard(simulatedBoardsFolder, name);
    await boards.refresh();
    const ready = t('The simulated board {0} is ready. What is in {1} is on it.', name, folder);
    const backUp = t('Back Up Now');
    const answer = await showInformation(ready, backUp, showFolderLabel());
    if (answer === backUp) await vscode.commands.executeCommand('micropythonBackup.backupDevice', simulatedUrl(name));
    else if (answer) await showFolder(folder);
  },
};

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'demo' : `demo${number}`;
    if (!taken.includes(name)) return name;
  }
}
