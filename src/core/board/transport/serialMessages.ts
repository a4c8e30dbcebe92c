// What we and the process that holds a serial port say to each other.

import { BackupError, type ErrorCode, isBackupError, messageOf } from '../../errors.js';
import type { Language } from '../../l10n.js';
import type { HardwareHint, SerialSettings } from './transport.js';

export type ToPort =
  /** `language`: what goes wrong is told in it. */
  | { kind: 'open'; url: string; settings: SerialSettings; language: Language | undefined }
  | { kind: 'write'; id: number; bytes: Uint8Array }
  | { kind: 'restart'; id: number }
  | { kind: 'close' };

export type FromPort =
  | { kind: 'opened'; hardware: HardwareHint | undefined; canRestart: boolean }
  | { kind: 'data'; bytes: Uint8Array }
  /** What was asked for under this number is written, or the board restarted. */
  | { kind: 'done'; id: number; error: PlainError | undefined }
  /** The last message: the port is free. Comes also if it could not be opened. */
  | { kind: 'closed'; error: PlainError | undefined };

/** A BackupError as data: classes do not travel between processes. */
export interface PlainError {
  code: ErrorCode;
  message: string;
  path: string | undefined;
  hint: string | undefined;
  cause: string | undefined;
}

export function plainError(error: unknown): PlainError {
  if (!isBackupError(error)) {
    return { code: 'port-failed', message: messageOf(error), path: undefined, hint: undefined, cause: undefined };
  }
  const { code, message, path, hint, cause } = error;
  return { code, message, path, hint, cause: cause === undefined ? undefined : messageOf(cause) };
}

export function errorFrom({ code, message, path, hint, cause }: PlainError): BackupError {
  return new BackupError(code, message, {
    ...(path !== undefined && { path }),
    ...(hint !== undefined && { hint }),
    cause,
  });
}
