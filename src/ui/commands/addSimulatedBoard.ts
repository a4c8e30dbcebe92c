import * as vscode from 'vscode';
import { addSimulatedBoard, listSimulatedBoards } from '../../core/board/transport/simulated.js';
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
      title: 'Add Simulated Board',
      prompt: 'A board that runs real MicroPython on this computer, with a small project on it.',
      value: freeName(taken),
      validateInput(text) {
        if (!/^[A-Za-z0-9_-]+$/.test(text)) return 'Use letters, digits, "-" and "_".';
        return taken.includes(text) ? `There is a simulated board named ${text} already.` : undefined;
      },
    });
    if (name === undefined) return;
    const folder = await addSimulatedBoard(simulatedBoardsFolder, name);
    await boards.refresh();
    const ready = `The simulated board ${name} is ready. What is in ${folder} is on it.`;
    const answer = await showInformation(ready, 'Back Up Now', showFolderLabel());
    if (answer === 'Back Up Now') await vscode.commands.executeCommand('micropythonBackup.backupDevice', `sim:${name}`);
    else if (answer) await showFolder(folder);
  },
};

function freeName(taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'demo' : `demo${number}`;
    if (!taken.includes(name)) return name;
  }
}
