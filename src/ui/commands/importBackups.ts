import * as vscode from 'vscode';
import { importBackups as takeIn } from '../../core/jobs/importBackups.js';
import { t } from '../../core/l10n.js';
import { unawaited } from '../failures.js';
import { localPath } from '../files/localPath.js';
import { COPY_SHARES } from '../jobBar.js';
import { agreed } from '../keys/askKey.js';
import { pickOne } from '../quickPick.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { tellImport } from '../tellImport.js';
import type { Command } from './command.js';

export const importBackups: Command = {
  name: 'importBackups',
  async run(services) {
    // Not every system has a dialog that takes both.
    const archives = { label: t('Archives'), description: t('.blb and .blb.age files') };
    const folders = { label: t('Folders'), description: t('an exported folder, or all archives in a folder') };
    const form = await pickOne([archives, folders], { placeHolder: t('What do you want to import?') });
    if (!form) return;
    const isFolder = form === folders;
    const chosen = await vscode.window.showOpenDialog({
      title: t('Import Backups'),
      openLabel: t('Import'),
      canSelectMany: true,
      canSelectFiles: !isFolder,
      canSelectFolders: isFolder,
      ...(!isFolder && { filters: { [t('MicroPython backups')]: ['blb', 'age'] } }),
    });
    const sources = chosen?.map(localPath) ?? [];
    if (sources.length > 0) await importFrom(services, sources);
  },
};

/** @param sources absolute paths of archives and folders */
export async function importFrom(services: Services, sources: readonly string[]): Promise<void> {
  const words = { title: t('Importing backups'), noun: t('Import'), shares: COPY_SHARES };
  const result = await runStoreJob(services, words, (context, store) =>
    takeIn(context, store, sources, { mayBecomePlain }),
  );
  if (result) unawaited(services, tellImport(services, result));
}

async function mayBecomePlain(): Promise<boolean> {
  const detail = t(
    'Anyone who can read this disk can then read them. With Encrypt Backups… first, they stay encrypted.',
  );
  return agreed(
    t('What you import is encrypted, and the backups in this folder are not. Make it plain?'),
    detail,
    t('Import Plain'),
  );
}
