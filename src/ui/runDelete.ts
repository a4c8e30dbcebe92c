// Deletes backups as the user sees it: the question before, and the way back after.

import * as vscode from 'vscode';
import { deleteBackups } from '../core/jobs/deleteBackups.js';
import { t } from '../core/l10n.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count } from '../core/text.js';
import { unawaited } from './failures.js';
import { DELETE_SHARES } from './jobBar.js';
import { showInformation, showWarning } from './messages.js';
import { capitalized, nameBackups } from './nameBackups.js';
import { runPin } from './runPin.js';
import { runStoreJob } from './runStoreJob.js';
import { runUndelete } from './runUndelete.js';
import type { Services } from './services.js';

export async function runDelete(services: Services, backups: readonly BackupSummary[]): Promise<void> {
  const pinned = backups.filter((backup) => backup.pinned);
  if (pinned.length > 0) return refusePinned(services, pinned);
  const name = nameBackups(backups);
  const detail = [
    t('Other backups keep what they need.'),
    backups.length === 1
      ? t('It can be brought back until the trash is emptied.')
      : t('They can be brought back until the trash is emptied.'),
  ].join('\n');
  if (!(await showWarning(t('Delete {0}?', name), { modal: true, detail }, t('Delete')))) return;

  const words = { title: t('Deleting {0}', name), noun: t('Delete'), shares: DELETE_SHARES };
  const result = await runStoreJob(services, words, (context, store) => deleteBackups(context, store, backups));
  if (!result) return;
  const { removed, moved, movedBytes } = result;
  const sentences = [
    t('Deleted {0}.', nameBackups(removed)),
    ...(moved > 0
      ? [t('What others need of it moved to them: {0}, {1}.', count(moved, 'file'), bytes(movedBytes))]
      : []),
  ];
  unawaited(services, offerUndo(services, sentences.join(' '), removed));
}

/**
 * Nobody waits for the answer.
 *
 * @param more buttons, and the commands that they call
 */
export async function offerUndo(
  services: Services,
  sentence: string,
  removed: readonly BackupSummary[],
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const undo = t('Undo');
  const answer = await showInformation(sentence, undo, ...Object.keys(more));
  if (answer === undo) return runUndelete(services, removed);
  const command = answer === undefined ? undefined : more[answer];
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

async function refusePinned(services: Services, pinned: readonly BackupSummary[]): Promise<void> {
  const sentence = t(
    pinned.length === 1 ? '{0} is pinned. Nothing was deleted.' : '{0} are pinned. Nothing was deleted.',
    capitalized(nameBackups(pinned)),
  );
  const unpin = await showWarning(sentence, t('Unpin'));
  if (unpin) await runPin(services, pinned, false);
}
