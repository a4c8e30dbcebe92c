// Tells a failure: what happened and what to do, with the causes in the log. Never a stack trace in a notification.

import * as vscode from 'vscode';
import { BackupError, describeCauses, messageOf } from '../core/errors.js';

/** A next step that a message offers: what its button says, and what it does. */
export type Remedies = Readonly<Record<string, () => void>>;

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
      : `${during} failed unexpectedly: ${messageOf(error)}. The log has the details; please report them.`;
  const offered = await remedies;
  const answer = await vscode.window.showErrorMessage(text, ...Object.keys(offered), 'Show Log');
  if (answer === 'Show Log') log.show();
  else if (answer !== undefined) offered[answer]?.();
}

/** What happened and what to do next. */
export function sentenceOf({ message, hint }: BackupError): string {
  return [message, hint].filter(Boolean).join(' ');
}
