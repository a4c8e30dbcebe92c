// Every failure that a user may see is a BackupError: what happened, to what, and what to do next.

import { englishOf, t } from './l10n.js';
import { withoutCredentials } from './text.js';

/** Stable names of failures: `--json` prints them, so they never change. */
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

/** What callers need to know besides the code: sentences cannot be compared, since they are translated. */
export type ErrorDetail = 'cut-short';

export interface BackupErrorDetails {
  /** The port, file, folder or setting that is affected. */
  path?: string;
  /** The next step, as a sentence. */
  hint?: string;
  detail?: ErrorDetail;
  cause?: unknown;
  /** The message in English; needed only if it was not translated just now (l10n.ts remembers those). */
  english?: string;
}

/** P47: passwords in addresses are taken out of `message`, `path` and `hint`. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly path: string | undefined;
  readonly hint: string | undefined;
  /** The message as it is stored: those who read it later may use another language. */
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

/** @returns true if `error` is a BackupError, of the given code if one is given */
export function isBackupError(error: unknown, code?: ErrorCode): error is BackupError {
  return error instanceof BackupError && (code === undefined || error.code === code);
}

/** @returns the same failure with one more sentence; an error that is no BackupError is a bug, and is returned as it is */
export function withSentence(error: unknown, sentence: string): unknown {
  if (!isBackupError(error)) return error;
  const { code, message, path, hint, detail } = error;
  const english = `${error.english} ${englishOf(sentence)}`;
  const known = { ...(path !== undefined && { path }), ...(hint !== undefined && { hint }), ...(detail && { detail }) };
  return new BackupError(code, `${message} ${sentence}`, { ...known, english, cause: error });
}

/** The `code` that Node gives to failed system calls (`ENOENT`, …), if `error` has one. */
export function systemCode(error: unknown): string | undefined {
  // A BackupError has codes of another kind; the error of the system is its cause.
  if (error instanceof BackupError || typeof error !== 'object' || error === null || !('code' in error))
    return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return withoutCredentials(error instanceof Error ? error.message : String(error));
}

/**
 * A failure with all its causes, for a log: messages with their codes, the whole traceback of a board, and the stack of errors that are
 * no BackupError.
 */
export function describeCauses(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) parts.push(describeOne(at));
  return withoutCredentials(parts.join('\n  caused by: '));
}

function describeOne(error: unknown): string {
  if (error instanceof BackupError) return `${error.message} (${error.code})`;
  if (!(error instanceof Error)) return String(error);
  // For an exception on a board, our own stack does not help.
  if ('traceback' in error && typeof error.traceback === 'string') return error.traceback.trim();
  return error.stack ?? error.message;
}

export function cancelled(): BackupError {
  return new BackupError('cancelled', t('Cancelled.'));
}

/** Turns the abort of a signal into a BackupError, so that callers have only one kind of error to handle. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled();
}
