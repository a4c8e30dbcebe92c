// Takes backups out of the store: asks how and where to, and shows what was written.

import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { exportBackups } from '../core/jobs/exportBackups.js';
import { t } from '../core/l10n.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes } from '../core/text.js';
import { unawaited } from './failures.js';
import { localPath } from './files/localPath.js';
import { COPY_SHARES } from './jobBar.js';
import { showInformation } from './messages.js';
import { nameBackups } from './nameBackups.js';
import { type Choice, pickOne } from './quickPick.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';
import { showFolder, showFolderLabel } from './showFolder.js';

interface Form extends Choice {
  form: 'archive' | 'folder';
  ending: string;
}

/** If the backups are encrypted, the others are not once they are exported. */
function formsOf(isPlain: boolean): Form[] {
  const encrypted: Form = {
    label: t('One Encrypted Archive'),
    description: t('.blb.age, which opens with the key of the backups'),
    form: 'archive',
    ending: '.blb.age',
  };
  return [
    ...(isPlain ? [] : [encrypted]),
    { label: t('One Archive'), description: t('.blb, a ZIP that needs no other'), form: 'archive', ending: '.blb' },
    { label: t('Plain Folder'), description: t('the files as they are'), form: 'folder', ending: '' },
  ];
}

export async function runExport(services: Services, backups: readonly BackupSummary[]): Promise<void> {
  const name = nameBackups(backups);
  const isPlain = services.boards.encryption?.state === 'plain';
  const picked = await pickOne(formsOf(isPlain), { placeHolder: t('Export {0} as', name) });
  if (!picked) return;
  const target = await askWhere(backups, picked);
  if (target === undefined) return;
  const words = { title: t('Exporting {0}', name), noun: t('Export'), shares: COPY_SHARES };
  const options = { backups, target, form: picked.form };
  const result = await runStoreJob(services, words, (context, store) => exportBackups(context, store, options));
  if (result) unawaited(services, tell(t('Exported {0}: {1} of files, verified.', name, bytes(result.bytes)), target));
}

async function askWhere(backups: readonly BackupSummary[], { form, ending }: Form): Promise<string | undefined> {
  const [newest] = backups;
  const name = `${newest?.board.name ?? 'backup'} ${newest?.createdAt.slice(0, 10) ?? ''}`.replaceAll(/[^\w-]+/g, '_');
  const uri = await vscode.window.showSaveDialog({
    title: form === 'archive' ? t('Export to Archive') : t('Export to New Folder'),
    saveLabel: t('Export'),
    defaultUri: vscode.Uri.file(join(homedir(), `${name}${ending}`)),
    ...(form === 'archive' && { filters: { [t('MicroPython backup')]: [ending.slice(1)] } }),
  });
  return uri && localPath(uri);
}

async function tell(sentence: string, target: string): Promise<void> {
  if (await showInformation(sentence, showFolderLabel())) await showFolder(target);
}
