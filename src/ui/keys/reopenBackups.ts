// Keys have come or gone: what was opened is forgotten, and the backups are looked at with what is known now.

import type * as vscode from 'vscode';
import type { Services } from '../services.js';

type Parts = Pick<Services, 'env' | 'keys' | 'boards'>;

export function reopenBackups({ env, keys, boards }: Parts): Promise<void> {
  env.keys = keys.newRing();
  boards.closeStore();
  return boards.refreshBackups();
}

/** Another window may have been given the key, or may have forgotten it. What changes besides is no reason to stretch a passphrase again. */
export function followKeys(parts: Parts): vscode.Disposable {
  return parts.keys.onDidChange(async () => {
    if (parts.boards.isLocked || (await parts.keys.all()).length === 0) await reopenBackups(parts);
  });
}
