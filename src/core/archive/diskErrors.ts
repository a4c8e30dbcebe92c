// Failed system calls, as sentences: what a person can do about a full disk is not what helps against a missing right.

import { BackupError, messageOf, systemCode } from '../errors.js';

/**
 * @param error what a call of the file system threw; a BackupError passes as it is
 * @param path the file or folder that it was about
 * @returns `store-full`, `store-denied` or `store-failed`, with `error` as its cause (P04)
 */
export function diskError(error: unknown, path: string): BackupError {
  if (error instanceof BackupError) return error;
  const details = { path, cause: error };
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new BackupError('store-full', `The disk that holds ${path} is full.`, {
        ...details,
        hint: 'Free some space there, or choose another folder for the backups.',
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new BackupError('store-denied', `Access to ${path} is denied: ${messageOf(error)}.`, {
        ...details,
        hint: 'Give yourself the right to read and write there, or choose another folder for the backups.',
      });
    case 'ENOENT':
      return new BackupError('store-failed', `${path} is gone.`, {
        ...details,
        hint: 'Check that the disk is connected and that nobody moved the file.',
      });
    default:
      return new BackupError('store-failed', `The disk failed at ${path}: ${messageOf(error)}.`, {
        ...details,
        hint: 'Check that the disk is connected and sound, then try again.',
      });
  }
}
