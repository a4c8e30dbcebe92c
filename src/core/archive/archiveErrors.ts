// What is said of archives that cannot be read.

import { BackupError, type BackupErrorDetails, isBackupError } from '../errors.js';
import { t } from '../l10n.js';

export function damagedArchive(path: string, reason: string, cause?: unknown): BackupError {
  return damaged(path, reason, { cause });
}

/** For one that ends too early, or not as it should. */
export function cutShortArchive(path: string, reason = t('it is cut short')): BackupError {
  return damaged(path, reason, { detail: 'cut-short' });
}

function damaged(path: string, reason: string, more: BackupErrorDetails): BackupError {
  return new BackupError('archive-damaged', t('The archive {0} is damaged: {1}.', path, reason), {
    path,
    hint: t('Verify the backups to see which files are affected, and which other archives still hold them.'),
    ...more,
  });
}

/** @param what that is encrypted: an archive or a store */
export function keyMissing(what: string): BackupError {
  return new BackupError('key-missing', t('{0} is encrypted, and no key was given.', what), {
    path: what,
    hint: t('Give the passphrase or the key file. Nothing was changed.'),
  });
}

export function keyWrong(what: string): BackupError {
  return new BackupError('key-wrong', t('No key that was given opens {0}.', what), {
    path: what,
    hint: t('Check that this is the passphrase or the key file of these backups. Nothing was changed.'),
  });
}

type KeyTrouble = BackupError & { code: 'key-missing' | 'key-wrong' };

/** @returns true for what another key may help with */
export function isOfKey(error: unknown): error is KeyTrouble {
  return isBackupError(error, 'key-missing') || isBackupError(error, 'key-wrong');
}
