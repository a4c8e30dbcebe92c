// Tells a failure: what happened and what to do, with the causes in the log. Never a stack trace in a notification.

import * as vscode from 'vscode';
import { BackupError, describeCauses, messageOf } from '../core/errors.js';
import type { Services } from './services.js';

/** @param during what was under way, for the log and for failures that are defects of ours */
export async function showFailure({ log }: Pick<Services, 'log'>, during: string, error: unknown): Promise<void> {
  log.error(`${during}: ${describeCauses(error)}`);
  const text =
    error instanceof BackupError
      ? sentenceOf(error)
      : `${during} failed unexpectedly: ${messageOf(error)}. The log has the details; please report them.`;
  const answer = await vscode.window.showErrorMessage(text, 'Show Log');
  if (answer === 'Show Log') log.show();
}

/** What happened and what to do next. */
export function sentenceOf({ message, hint }: BackupError): string {
  return [message, hint].filter(Boolean).join(' ');
}
