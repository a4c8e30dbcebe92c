// What is said of archives that cannot be read.

import { BackupError, isBackupError } from '../errors.js';

export function damagedArchive(path: string, reason: string, cause?: unknown): BackupError {
  return new BackupError('archive-damaged', `The archive ${path} is damaged: ${reason}.`, {
    path,
    hint: 'Verify the store: it says which files are affected, and which other archives still hold them.',
    cause,
  });
}

/** @param what that is encrypted: an archive or a store */
export function keyMissing(what: string): BackupError {
  return new BackupError('key-missing', `${what} is encrypted, and no key was given.`, {
    path: what,
    hint: 'Give the passphrase or the key file. Nothing was changed.',
  });
}

export function keyWrong(what: string): BackupError {
  return new BackupError('key-wrong', `No key that was given opens ${what}.`, {
    path: what,
    hint: 'Check the passphrase or the key file: is it the one of this store? Nothing was changed.',
  });
}

type KeyTrouble = BackupError & { code: 'key-missing' | 'key-wrong' };

/** @returns true for what another key may help with */
export function isOfKey(error: unknown): error is KeyTrouble {
  return isBackupError(error, 'key-missing') || isBackupError(error, 'key-wrong');
}
