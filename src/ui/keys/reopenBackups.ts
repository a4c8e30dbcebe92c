// Keys have come or gone: what was opened is forgotten, and the backups are looked at with what is known now.

import type * as vscode from 'vscode';
import type { Services } from '../services.js';

type Parts = Pick<Services, 'env' | 'keys' | 'boards'>;

export function reopenBackups({ env, keys, boards }: Parts): Promise<void> {
  env.keys = keys.newRing();
  boards.closeStore();
  return boards.refreshBackups();
}

/** Also where another window has it. */
export function followKeys(parts: Parts): vscode.Disposable {
  return parts.keys.onDidChange(() => void reopenBackups(parts));
}
