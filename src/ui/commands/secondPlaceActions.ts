import * as vscode from 'vscode';
import { msg, t } from '../../core/l10n.js';
import { pickOne } from '../quickPick.js';
import { hasPlace } from '../secondPlace/runSecondPlace.js';
import type { Command } from './command.js';

const ACTIONS = [
  { label: msg('Copy Now'), icon: 'cloud-upload', command: 'micropythonBackup.copyToSecondPlace' },
  { label: msg('Check Second Place'), icon: 'verified', command: 'micropythonBackup.checkSecondPlace' },
  { label: msg('Bring Back from Second Place…'), icon: 'cloud-download', command: 'micropythonBackup.bringBack' },
  { label: msg('Change Second Place…'), icon: 'cloud', command: 'micropythonBackup.changeSecondPlace' },
  { label: msg('Forget Second Place…'), icon: 'circle-slash', command: 'micropythonBackup.forgetSecondPlace' },
];

/** What the row of the second place does when it is clicked. */
export const secondPlaceActions: Command = {
  name: 'secondPlaceActions',
  async run(services) {
    if (!(await hasPlace(services))) return;
    const placeHolder = services.boards.secondPlace?.place;
    const picked = await pickOne(
      ACTIONS.map((action) => ({ ...action, label: t(action.label) })),
      {
        title: t('Second Place'),
        ...(placeHolder !== undefined && { placeHolder }),
      },
    );
    if (picked) await vscode.commands.executeCommand(picked.command);
  },
};
