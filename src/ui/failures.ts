// Tells a failure: what happened and what to do, with the causes in the log. Never a stack trace in a notification.

import * as vscode from 'vscode';
import { isOfKey } from '../core/archive/archiveErrors.js';
import { BackupError, describeCauses, type ErrorCode, isBackupError, messageOf } from '../core/errors.js';
import { liesIn } from '../core/jobs/refuseInside.js';
import { t } from '../core/l10n.js';
import { showError } from './messages.js';
import { readSettings, SECTION } from './settings.js';

/** A next step that a message offers: what its button says, and what it does. */
export type Remedies = Readonly<Record<string, () => unknown>>;

/** What another folder may help with. */
const OF_FOLDER: readonly ErrorCode[] = ['store-denied', 'store-failed', 'store-full', 'store-not-found'];

/** Where rclone comes from, and where it is named. */
const rcloneWays = (): Remedies => ({
  [t('Get rclone')]: () => void vscode.env.openExternal(vscode.Uri.parse('https://rclone.org/downloads/')),
  [t('Open Settings')]: () => openSettings('micropythonBackup.rclonePath'),
});

/**
 * @param during what was under way, for the log and for failures that are defects of ours
 * @param remedies what can be done about it besides; the message waits until that is known
 */
export async function showFailure(
  { log }: { log: vscode.LogOutputChannel },
  during: string,
  error: unknown,
  remedies: Remedies | Promise<Remedies> = {},
): Promise<void> {
  log.error(`${during}: ${describeCauses(error)}`);
  const text =
    error instanceof BackupError
      ? sentenceOf(error)
      : t('{0} failed unexpectedly: {1}. The log has the details; please report them.', during, messageOf(error));
  const ways: Remedies = {
    ...(await remedies),
    ...(isOfKey(error) && { [t('Enter Key…')]: () => call('micropythonBackup.enterKey') }),
    ...(isBackupError(error, 'rclone-missing') && rcloneWays()),
    ...(isOfStore(error) && { [t('Choose Folder…')]: () => openSettings('micropythonBackup.storeFolder') }),
    ...(isOfSettings(error) && { [t('Open Settings')]: () => openSettings('micropythonBackup schedule') }),
    [t('Show Log')]: () => log.show(),
  };
  const answer = await showError(text, ...Object.keys(ways));
  try {
    if (answer !== undefined) await ways[answer]?.();
  } catch (failed) {
    await showFailure({ log }, answer ?? during, failed);
  }
}

/** For what nobody waits for, such as the answer to a message: if it fails, that is told as it is of a command. */
export function unawaited(services: { log: vscode.LogOutputChannel }, work: PromiseLike<unknown>): void {
  work.then(undefined, (error: unknown) => showFailure(services, 'MicroPython Backup', error));
}

/** An export has a folder of its own, which no setting names. */
function isOfStore(error: unknown): boolean {
  if (!isBackupError(error) || !OF_FOLDER.includes(error.code)) return false;
  return error.path !== undefined && liesIn(readSettings().storeFolder, error.path);
}

function isOfSettings(error: unknown): boolean {
  return isBackupError(error, 'bad-argument') && error.path === SECTION;
}

function call(command: string): void {
  void vscode.commands.executeCommand(command);
}

function openSettings(search: string): void {
  void vscode.commands.executeCommand('workbench.action.openSettings', search);
}

/** What happened and what to do next. */
export function sentenceOf({ message, hint }: BackupError): string {
  return [message, hint].filter(Boolean).join(' ');
}
