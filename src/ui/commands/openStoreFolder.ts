import * as vscode from 'vscode';
import { t } from '../../core/l10n.js';
import { unawaited } from '../failures.js';
import { showInformation } from '../messages.js';
import { offerFirstBackup } from '../pickBackup.js';
import { readSettings } from '../settings.js';
import { hasFileManager, showFolder } from '../showFolder.js';
import type { Command } from './command.js';

export const openStoreFolder: Command = {
  name: 'openStoreFolder',
  async run(services) {
    const { storeFolder } = readSettings();
    if (!(await services.env.fs.info(storeFolder))) {
      unawaited(services, offerFirstBackup(t('There is no backup yet. They will be in {0}.', storeFolder)));
      return;
    }
    if (hasFileManager()) await showFolder(storeFolder);
    else unawaited(services, tellWhere(vscode.Uri.file(storeFolder)));
  },
};

async function tellWhere(folder: vscode.Uri): Promise<void> {
  const sentence = t('The backups are in {0}, on the machine that this window works on.', folder.fsPath);
  const copy = t('Copy Path');
  const answer = await showInformation(sentence, t('Open in New Window'), copy);
  if (answer === copy) await vscode.env.clipboard.writeText(folder.fsPath);
  else if (answer) await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}
