// Tells once of secrets in backups that are not encrypted, and of backups that git would take along.

import * as vscode from 'vscode';
import type { BackupResult } from '../core/jobs/backup.js';
import { type Caution, cautionsAfter, cautionsOfAll } from '../core/jobs/cautions.js';
import { describeCaution } from '../core/jobs/cautionText.js';
import { t } from '../core/l10n.js';
import type { Services } from './services.js';

const KINDS = { secrets: 'secretsInBackups', git: 'backupsInGit' } as const;

/**
 * Resolves when the messages were answered, if there are any. Rejects if what the user chose then fails, not if nothing can be found out.
 *
 * @param results backups that were just taken; absent for those that nobody has looked at
 */
export async function warnOfSecrets(
  { boards, env, recurring }: Services,
  results?: readonly Pick<BackupResult, 'backup' | 'unchanged'>[],
): Promise<void> {
  const store = await boards.openStore().catch(() => undefined);
  if (!store) return;
  const cautions = await (results ? cautionsAfter({ env }, store, results) : cautionsOfAll({ env }, store));
  await Promise.all(cautions.map((caution) => warn(caution)));

  async function warn(caution: Caution): Promise<void> {
    const remedy =
      caution.kind === 'git'
        ? t('Have git ignore that folder, keep the backups elsewhere, or encrypt them.')
        : t('Encrypt the backups, or leave such files out of them.');
    const sentence = `${describeCaution(caution, store?.root ?? '')} ${remedy}`;
    const answer = await recurring.warn(KINDS[caution.kind], sentence, t('Encrypt Backups…'));
    if (answer !== undefined) await vscode.commands.executeCommand('micropythonBackup.encryptBackups');
  }
}
