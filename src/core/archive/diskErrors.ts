// Failed system calls, as sentences: what a person can do about a full disk is not what helps against a missing right.

import { BackupError, messageOf, systemCode } from '../errors.js';
import { t } from '../l10n.js';

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
      return new BackupError('store-full', t('The disk that holds {0} is full.', path), {
        ...details,
        hint: t('Free some space there, or choose another folder for the backups.'),
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new BackupError('store-denied', t('Access to {0} is denied: {1}.', path, messageOf(error)), {
        ...details,
        hint: t('Get permission to read and write there, or choose another folder for the backups.'),
      });
    case 'ENOENT':
      return new BackupError('store-failed', t('{0} is gone.', path), {
        ...details,
        hint: t('Check that the disk is connected and that nobody moved the file.'),
      });
    case 'EEXIST':
    case 'ENOTDIR':
      return new BackupError('store-failed', t('Another file is in the way: {0}.', messageOf(error)), {
        ...details,
        hint: t('Move that file away, or choose another folder for the backups.'),
      });
    default:
      return new BackupError('store-failed', t('The disk failed at {0}: {1}.', path, messageOf(error)), {
        ...details,
        hint: t('Check that the disk is connected and sound, then try again.'),
      });
  }
}
