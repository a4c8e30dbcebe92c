// Every failure that a person may see is a BackupError: what happened, to what, and what to do next.

import { englishOf, t } from './l10n.js';
import { withoutCredentials } from './text.js';

/** Stable names of failures: shown by `--json`, tested, and never reworded. */
export type ErrorCode =
  | 'archive-damaged'
  | 'archive-unsupported'
  | 'backup-not-found'
  | 'bad-argument'
  | 'bad-name'
  | 'board-busy'
  | 'board-error'
  | 'board-full'
  | 'board-path-missing'
  | 'board-read-only'
  | 'board-reset'
  | 'board-silent'
  | 'board-unsupported'
  | 'cancelled'
  | 'content-missing'
  | 'encryption-lost'
  | 'file-changed'
  | 'key-missing'
  | 'key-wrong'
  | 'line-damaged'
  | 'lock-lost'
  | 'memory-short'
  | 'path-taken'
  | 'place-failed'
  | 'place-unreachable'
  | 'port-busy'
  | 'port-denied'
  | 'port-lost'
  | 'port-not-found'
  | 'port-failed'
  | 'program-running'
  | 'rclone-missing'
  | 'serial-unavailable'
  | 'store-busy'
  | 'store-changed'
  | 'store-denied'
  | 'store-failed'
  | 'store-full'
  | 'store-not-found'
  | 'would-be-plain'
  | 'wrong-board';

/** What a code alone does not tell, and somebody decides by: sentences are in the language of whoever reads them. */
export type ErrorDetail = 'cut-short';

export interface BackupErrorDetails {
  /** The port, file, folder or setting that it happened to. */
  path?: string;
  /** The next step, as a sentence that a person can act on. */
  hint?: string;
  detail?: ErrorDetail;
  cause?: unknown;
  /** The sentence in English, where it was not said just now. */
  english?: string;
}

/** A failure with its sentence (`message`), the thing it happened to (`path`), and the next step (`hint`). P47: none of them has a password of an address. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly path: string | undefined;
  readonly hint: string | undefined;
  /** The sentence as it is stored: whoever reads it may speak another language. */
  readonly english: string;
  readonly detail: ErrorDetail | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: BackupErrorDetails = {},
  ) {
    super(withoutCredentials(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.path = details.path && withoutCredentials(details.path);
    this.hint = details.hint && withoutCredentials(details.hint);
    this.english = withoutCredentials(details.english ?? englishOf(message));
    this.detail = details.detail;
  }
}

/** @returns true where `error` is a BackupError, of the given code if one is given */
export function isBackupError(error: unknown, code?: ErrorCode): error is BackupError {
  return error instanceof BackupError && (code === undefined || error.code === code);
}

/** @returns the same failure with one more sentence; what is no BackupError is a defect, and stays as it is */
export function withSentence(error: unknown, sentence: string): unknown {
  if (!isBackupError(error)) return error;
  const { code, message, path, hint, detail } = error;
  const english = `${error.english} ${englishOf(sentence)}`;
  const known = { ...(path !== undefined && { path }), ...(hint !== undefined && { hint }), ...(detail && { detail }) };
  return new BackupError(code, `${message} ${sentence}`, { ...known, english, cause: error });
}

/** The `code` that Node gives to failed system calls (`ENOENT`, …), where there is one. */
export function systemCode(error: unknown): string | undefined {
  // Ours have codes of their own; what the system said is their cause.
  if (error instanceof BackupError || typeof error !== 'object' || error === null || !('code' in error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Anything thrown, as a sentence for a log or a message. */
export function messageOf(error: unknown): string {
  return withoutCredentials(error instanceof Error ? error.message : String(error));
}

/**
 * A failure and all that led to it, for a log: sentences with their codes, the whole message of a board where there is one,
 * and the trace of what is no BackupError.
 */
export function describeCauses(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) parts.push(describeOne(at));
  return withoutCredentials(parts.join('\n  caused by: '));
}

function describeOne(error: unknown): string {
  if (error instanceof BackupError) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  // An exception that a board raised: where our own code stood then helps nobody.
  if ('traceback' in error && typeof error.traceback === 'string') return error.traceback.trim();
  return error.stack ?? error.message;
}

export function cancelled(): BackupError {
  return new BackupError('cancelled', t('Cancelled.'));
}

/** Turns the abort of a signal into our own error, so that callers need to know only one. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}
