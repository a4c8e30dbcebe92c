// Links that show a backup: `vscode://micropython-backup.micropython-backup/backup/<id>`. Anybody can put one anywhere, so all that
// a link can do is to have a row selected. A filter that hides the row is lifted for that, until the window is opened again.

import * as vscode from 'vscode';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import { showFailure } from './failures.js';
import { backupIdOf } from './linkPath.js';
import { showWarning } from './messages.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';

export function handleLinks(services: Services): vscode.Disposable {
  return vscode.window.registerUriHandler({
    async handleUri(uri) {
      try {
        await openLink(services, uri);
      } catch (error) {
        void showFailure(services, t('Opening a link'), error);
      }
    },
  });
}

async function openLink(services: Services, { path, query, fragment }: vscode.Uri): Promise<void> {
  const { boards, log } = services;
  const id = backupIdOf(path, query, fragment);
  if (id === undefined) {
    log.warn('A link was refused: it is not one to a backup.');
    void showWarning(t('This link leads to no backup: it was not made by Copy Link, or a part of it is missing.'));
    return;
  }
  await boards.refresh();
  // The tree finds the rows that it has drawn from what was read just now.
  const found = boards.listing.backups.some((backup) => backup.id === id);
  if (found) await services.revealBackup(id);
  else if (boards.isLocked) await tellLocked();
  else tellMissing(id);
}

async function tellLocked(): Promise<void> {
  const enter = t('Enter Key…');
  const answer = await showWarning(
    t('The backups are locked, so it is not known whether the backup of this link is among them.'),
    enter,
  );
  if (answer === enter) await vscode.commands.executeCommand('micropythonBackup.enterKey');
}

function tellMissing(id: string): void {
  const folder = displayPath(readSettings().storeFolder);
  void showWarning(
    t(
      'There is no backup {0} in {1}. It was deleted, or it is in the backups of another computer.',
      id.slice(0, 8),
      folder,
    ),
  );
}
