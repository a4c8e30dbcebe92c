// Failures that another key may help with. Knows nothing of VS Code.

import { type BackupError, isBackupError } from '../core/errors.js';

type KeyTrouble = BackupError & { code: 'key-missing' | 'key-wrong' };

export function isOfKey(error: unknown): error is KeyTrouble {
  return isBackupError(error, 'key-missing') || isBackupError(error, 'key-wrong');
}
