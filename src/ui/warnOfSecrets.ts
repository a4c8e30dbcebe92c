// Tells once of secrets in backups that are not encrypted, and of backups that git would take along.

import * as vscode from 'vscode';
import type { BackupResult } from '../core/jobs/backup.js';
import { type Caution, cautionsAfter, cautionsOfAll } from '../core/jobs/cautions.js';
import { describeCaution } from '../core/jobs/cautionText.js';
import type { Services } from './services.js';

const ENCRYPT = 'Encrypt Backups…';

const KINDS = { secrets: 'secretsInBackups', git: 'backupsInGit' } as const;

/**
 * Never rejects. Resolves when the messages were answered, if there are any.
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
        ? 'Have git ignore that folder, keep the backups elsewhere, or encrypt them.'
        : 'Encrypt the backups, or leave such files out of them.';
    const sentence = `${describeCaution(caution, store?.root ?? '')} ${remedy}`;
    const answer = await recurring.warn(KINDS[caution.kind], sentence, ENCRYPT);
    if (answer === ENCRYPT) await vscode.commands.executeCommand('micropythonBackup.encryptBackups');
  }
}
