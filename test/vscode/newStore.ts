// The parts of the interface over a store and boards of their own, beside those of the extension that runs.

import * as vscode from 'vscode';
import { realEnv } from '../../src/core/env.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { Boards } from '../../src/ui/boards.js';
import { beginWithBoards, foldersOfTests } from './userAtWork.js';

interface NewStore {
  /** Nobody has looked yet. */
  boards: Boards;
  store: Store;
}

/** Runs `test` over an empty store and no boards. */
export async function inNewStore(test: (parts: NewStore) => Promise<void>): Promise<void> {
  await beginWithBoards();
  const boards = new Boards(realEnv(), memory());
  try {
    await test({ boards, store: await openStore(realEnv(), foldersOfTests().store) });
  } finally {
    boards.dispose();
  }
}

/** Keeps what it is told for as long as it lives. */
export function memory() {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string, otherwise?: T) => (kept.get(key) ?? otherwise) as T,
    async update(key: string, value: unknown) {
      kept.set(key, value);
    },
  };
}

/** Keeps secrets in the same way; `kept` is what it has. */
export function secretsInMemory() {
  const kept = new Map<string, string>();
  const changed = new vscode.EventEmitter<{ key: string }>();
  const secrets = {
    onDidChange: changed.event,
    get: async (key: string) => kept.get(key),
    async store(key: string, value: string) {
      kept.set(key, value);
      changed.fire({ key });
    },
    async delete(key: string) {
      kept.delete(key);
      changed.fire({ key });
    },
  };
  return { kept, secrets };
}

/** A log that nobody sees. */
export function quietLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Tests of MicroPython Backup', { log: true });
}
