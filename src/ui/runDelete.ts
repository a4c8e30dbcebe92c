// Deletes backups as the user sees it: the question before, and the way back after.

import * as vscode from 'vscode';
import { deleteBackups } from '../core/jobs/deleteBackups.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count } from '../core/text.js';
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
    'Other backups keep what they need.',
    `${backups.length === 1 ? 'It' : 'They'} can be brought back until the trash is emptied.`,
  ].join('\n');
  const answer = await showWarning(`Delete ${name}?`, { modal: true, detail }, 'Delete');
  if (answer !== 'Delete') return;

  const words = { title: `Deleting ${name}`, noun: 'Delete', shares: DELETE_SHARES };
  const result = await runStoreJob(services, words, (context, store) => deleteBackups(context, store, backups));
  if (!result) return;
  const { removed, moved, movedBytes } = result;
  const kept = moved > 0 ? ` What others need of it moved to them: ${count(moved, 'file')}, ${bytes(movedBytes)}.` : '';
  void offerUndo(services, `Deleted ${nameBackups(removed)}.${kept}`, removed);
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
  const answer = await showInformation(sentence, 'Undo', ...Object.keys(more));
  if (answer === 'Undo') return runUndelete(services, removed);
  const command = answer === undefined ? undefined : more[answer];
  if (command !== undefined) await vscode.commands.executeCommand(command);
}

async function refusePinned(services: Services, pinned: readonly BackupSummary[]): Promise<void> {
  const sentence = `${capitalized(nameBackups(pinned))} ${pinned.length === 1 ? 'is' : 'are'} pinned. Nothing was deleted.`;
  const unpin = await showWarning(sentence, 'Unpin');
  if (unpin) await runPin(services, pinned, false);
}
