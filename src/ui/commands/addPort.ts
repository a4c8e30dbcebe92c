import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import { addExtraPort } from '../settings.js';
import type { Command } from './command.js';

export const addPort: Command = {
  name: 'addPort',
  async run({ boards }) {
    const port = await vscode.window.showInputBox({
      title: t('Add Port'),
      prompt: t(
        'The serial port of a board that is not found automatically, or its address with ws://, socket:// or rfc2217://.',
      ),
      placeHolder: process.platform === 'win32' ? 'COM3' : '/dev/ttyS0',
      validateInput: (text) => (text.trim() === '' ? t('Type the name of a port.') : undefined),
    });
    if (port === undefined) return;
    await addExtraPort(port.trim());
    await boards.refresh();
    if (!boards.list.some(({ url }) => url === port.trim())) {
      void showInformation(t('{0} is remembered, and shown as soon as it is there.', port.trim()));
    }
  },
};
