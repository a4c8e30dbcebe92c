// Takes backups out of the store: asks how and where to, and shows what was written.

import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { exportBackups } from '../core/jobs/exportBackups.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes } from '../core/text.js';
import { localPath } from './files/localPath.js';
import { COPY_SHARES } from './jobBar.js';
import { showInformation } from './messages.js';
import { nameBackups } from './nameBackups.js';
import { pickOne } from './quickPick.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';
import { showFolder, showFolderLabel } from './showFolder.js';

const FORMS = [
  { label: 'One Archive', description: '.blb, a ZIP that needs no other', form: 'archive', ending: '.blb' },
  { label: 'Plain Folder', description: 'the files as they are', form: 'folder', ending: '' },
] as const;

/** Where the backups are encrypted, the others are not once they are exported. */
const ENCRYPTED = {
  ...({ label: 'One Encrypted Archive', form: 'archive', ending: '.blb.age' } as const),
  description: '.blb.age, which opens with the key of the backups',
} as const;

type Form = (typeof FORMS)[number] | typeof ENCRYPTED;

export async function runExport(services: Services, backups: readonly BackupSummary[]): Promise<void> {
  const name = nameBackups(backups);
  const isPlain = services.boards.encryption?.state === 'plain';
  const forms: readonly Form[] = isPlain ? FORMS : [ENCRYPTED, ...FORMS];
  const picked = await pickOne(forms, { placeHolder: `Export ${name} as` });
  if (!picked) return;
  const target = await askWhere(backups, picked);
  if (target === undefined) return;
  const words = { title: `Exporting ${name}`, noun: 'Export', shares: COPY_SHARES };
  const options = { backups, target, form: picked.form };
  const result = await runStoreJob(services, words, (context, store) => exportBackups(context, store, options));
  if (result) void tell(`Exported ${name}: ${bytes(result.bytes)} of files, verified.`, target);
}

async function askWhere(backups: readonly BackupSummary[], { form, ending }: Form): Promise<string | undefined> {
  const [newest] = backups;
  const name = `${newest?.board.name ?? 'backup'} ${newest?.createdAt.slice(0, 10) ?? ''}`.replaceAll(/[^\w-]+/g, '_');
  const uri = await vscode.window.showSaveDialog({
    title: form === 'archive' ? 'Export to Archive' : 'Export to New Folder',
    saveLabel: 'Export',
    defaultUri: vscode.Uri.file(join(homedir(), `${name}${ending}`)),
    ...(form === 'archive' && { filters: { 'MicroPython backup': [ending.slice(1)] } }),
  });
  return uri && localPath(uri);
}

async function tell(sentence: string, target: string): Promise<void> {
  if (await showInformation(sentence, showFolderLabel())) await showFolder(target);
}
