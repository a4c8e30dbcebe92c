import * as vscode from 'vscode';
import { pickOne } from '../quickPick.js';
import { hasPlace } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

const ACTIONS = [
  { label: 'Copy Now', icon: 'cloud-upload', command: 'micropythonBackup.copyToSecondPlace' },
  { label: 'Check Second Place', icon: 'verified', command: 'micropythonBackup.checkSecondPlace' },
  { label: 'Bring Back from Second Place…', icon: 'cloud-download', command: 'micropythonBackup.bringBack' },
  { label: 'Change Second Place…', icon: 'cloud', command: 'micropythonBackup.changeSecondPlace' },
  { label: 'Forget Second Place…', icon: 'circle-slash', command: 'micropythonBackup.forgetSecondPlace' },
];

/** What the row of the second place does when it is clicked. */
export const secondPlaceActions: Command = {
  name: 'secondPlaceActions',
  async run(services) {
    if (!(await hasPlace(services))) return;
    const placeHolder = services.boards.secondPlace?.place;
    const picked = await pickOne(ACTIONS, { title: 'Second Place', ...(placeHolder !== undefined && { placeHolder }) });
    if (picked) await vscode.commands.executeCommand(picked.command);
  },
};
