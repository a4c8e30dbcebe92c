// Tells that the disk of the backups is nearly full, before a backup fails for it, and what can be done.

import * as vscode from 'vscode';
import { MEGABYTE } from '../core/defaults.js';
import { shortSentence, spaceIfKnown } from '../core/jobs/diskSpace.js';
import { t } from '../core/l10n.js';
import type { RetentionPolicy } from '../core/plan/retentionPolicy.js';
import { retentionPolicy } from '../core/plan/retentionSetting.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';

/** Resolves when the message was answered, if there is one. Rejects if what the user chose then fails, not if nothing can be found out. */
export async function warnWhenShort({ boards, env, recurring }: Services): Promise<void> {
  const { freeSpaceWarning, retention } = readSettings();
  const store = await boards.openStore().catch(() => undefined);
  if (!store) return;
  const space = await spaceIfKnown(store, env, freeSpaceWarning * MEGABYTE, policyIn(retention));
  if (!space?.isShort) return;
  const commands: Record<string, string> = {
    ...(space.trashBytes && { [t('Empty Trash…')]: 'micropythonBackup.emptyTrash' }),
    ...(space.prunableBytes && { [t('Prune Backups…')]: 'micropythonBackup.pruneBackups' }),
  };
  const answer = await recurring.warn('diskShort', shortSentence(space, store.root), ...Object.keys(commands));
  const command = answer === undefined ? undefined : commands[answer];
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

/** @returns undefined for one that cannot be meant, which the backup has told already */
function policyIn(setting: unknown): RetentionPolicy | undefined {
  try {
    return retentionPolicy(setting);
  } catch {
    return undefined;
  }
}
