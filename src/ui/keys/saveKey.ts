// Writes the key of the backups into a file, for a place where it is found when this computer is gone.

import * as vscode from 'vscode';
import { recipientOf } from '../../core/archive/ageKeys.js';
import { writeKeyFile } from '../../core/jobs/keyFile.js';
import { keyFileText } from '../../core/jobs/keyText.js';
import { t } from '../../core/l10n.js';
import { showFailure, unawaited } from '../failures.js';
import { showInformation } from '../messages.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { showFolder, showFolderLabel } from '../showFolder.js';
import { askWhereToSave } from './askKey.js';
import { findFitting } from './findFitting.js';

export async function saveKey(services: Services): Promise<void> {
  const { keys, boards } = services;
  const isPlain = (await (await boards.openStore()).encryption()).state === 'plain';
  const secret = isPlain ? undefined : await findFitting(services, await keys.all());
  if (secret === undefined && !isPlain) {
    unawaited(services, offerToEnter());
    return;
  }
  if (secret === undefined) {
    void showInformation(t('No key of the backups in this folder is known on this computer.'));
    return;
  }
  const path = await askWhereToSave();
  if (path === undefined) return;
  try {
    await writeKeyFile(readSettings().storeFolder, path, await textFor(secret));
  } catch (error) {
    void showFailure(services, t('Saving the key'), error);
    return;
  }
  unawaited(services, tell(path));
}

async function offerToEnter(): Promise<void> {
  const sentence = t('The backups are locked: their key is not known on this computer.');
  if (await showInformation(sentence, t('Enter Key…')))
    await vscode.commands.executeCommand('micropythonBackup.enterKey');
}

async function textFor(secret: string): Promise<string> {
  const recipient = await recipientOf(secret).catch(() => undefined);
  return recipient === undefined ? `${secret}\n` : keyFileText(secret, recipient, new Date().toISOString());
}

async function tell(path: string): Promise<void> {
  const sentence = t(
    'The key is in {0}. Whoever has that file can open the backups: keep it where only you can read it.',
    path,
  );
  if (await showInformation(sentence, showFolderLabel())) await showFolder(path);
}
