// The versions of a file, as a list to pick from.

import * as vscode from 'vscode';
import { isBackupError } from '../../core/errors.js';
import { fileHistory } from '../../core/jobs/fileHistory.js';
import { endsOf } from '../../core/jobs/fileHistoryText.js';
import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import type { FileHistory, FileVersion } from '../../core/plan/fileVersions.js';
import { type Choice, drawn } from '../quickPick.js';
import { runRestore } from '../runRestore.js';
import type { Services } from '../services.js';
import { type FileOfBackup, historyPrompt, versionWords } from './fileWords.js';
import { openFile, openTwo } from './openFiles.js';

interface VersionItem extends Choice {
  buttons: VersionButton[];
  /** What is done if the item itself is picked. */
  pick(): Thenable<unknown>;
}

interface VersionButton extends vscode.QuickInputButton {
  press(): Thenable<unknown>;
}

export async function showHistory(services: Services, file: FileOfBackup): Promise<void> {
  const { env, boards } = services;
  const list = vscode.window.createQuickPick<VersionItem>();
  const closed = new AbortController();
  list.title = t('History of {0} on {1}', displayPath(file.path), displayPath(file.backup.board.name));
  list.busy = true;
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  // From the beginning: it may be closed before there is anything in it.
  const choosing = new Promise<(() => Thenable<unknown>) | undefined>((resolve) => {
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      if (item) resolve(item.pick);
    });
    list.onDidTriggerItemButton(({ item, button }) => resolve(item.buttons.find((one) => one === button)?.press));
    list.onDidHide(() => {
      closed.abort();
      list.dispose();
      resolve(undefined);
    });
  });
  list.show();
  try {
    const context = { env, signal: closed.signal };
    const history = await fileHistory(context, await boards.openStore(), file.backup.board.id, file.path);
    const items = history.versions.map((version, index) => itemOf(services, file, history, version, index));
    list.placeholder = historyPrompt(history);
    list.items = items;
    // The version that was clicked.
    const own = history.versions.findIndex(({ backups }) => backups.some(({ id }) => id === file.backup.id));
    list.activeItems = items.slice(own, own + 1);
    list.busy = false;
  } catch (error) {
    list.hide();
    if (!isBackupError(error, 'cancelled')) throw error;
    return;
  }
  const chosen = await choosing;
  list.hide();
  await chosen?.();
}

function itemOf(
  services: Services,
  { path }: FileOfBackup,
  { versions }: FileHistory,
  version: FileVersion,
  index: number,
): VersionItem {
  const before = versions[index + 1];
  const newest = versions.find(({ file }) => file !== null);
  const { first, last } = endsOf(version);
  const own = { backup: first, path };
  return {
    ...drawn(versionWords(version, Date.now())),
    pick() {
      if (!before?.file) return openFile(own);
      const older = { backup: endsOf(before).last, path };
      // If it was removed, what was there until then.
      return version.file ? openTwo(older, own) : openFile(older);
    },
    buttons: version.file
      ? [
          button('go-to-file', t('Open File'), () => openFile(own)),
          ...(newest && newest !== version
            ? [
                button('git-compare', t('Compare with Newest'), () =>
                  openTwo(own, { backup: endsOf(newest).last, path }),
                ),
              ]
            : []),
          button('discard', t('Restore This Version…'), () => runRestore(services, last, { paths: [path] })),
        ]
      : [],
  };
}

function button(icon: string, tooltip: string, press: () => Thenable<unknown>): VersionButton {
  return { iconPath: new vscode.ThemeIcon(icon), tooltip, press };
}
