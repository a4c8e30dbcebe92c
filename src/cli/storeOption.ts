// Every verb that reads or writes backups takes the same option for the store.

import { resolve } from 'node:path';
import { defaultStoreFolder } from '../core/defaults.js';
import { openStore, type Store } from '../core/store/store.js';
import type { BackupSummary } from '../core/store/summary.js';
import { unlessCancelled } from './unlessCancelled.js';
import type { Call } from './usage.js';

export const storeOption = {
  store: {
    type: 'string',
    value: 'DIR',
    about: 'the folder of the backups; else MPBACKUP_STORE, else `MicroPython Backups` in your home folder',
  },
} as const;

export const STORE_USAGE = '[--store DIR]';

/** The folder named by `--store`, else by MPBACKUP_STORE, else the default one. Looking into it ends when the call is cancelled. */
export async function storeOf(call: Call): Promise<Store> {
  const { env, signal } = call.context;
  // A variable that is empty counts as not set: the current folder is nobody's wish.
  const folder = resolve(call.text('store') ?? (process.env.MPBACKUP_STORE || defaultStoreFolder()));
  const store = await unlessCancelled(signal, () => openStore(env, folder));
  return {
    ...store,
    list: () => unlessCancelled(signal, () => store.list()),
    find: (reference, boardId) => unlessCancelled(signal, () => store.find(reference, boardId)),
    readManifest: (backup) => unlessCancelled(signal, () => store.readManifest(backup)),
  };
}

/** Each backup once, however often it is named. */
export async function findAll(store: Store, references: readonly string[]): Promise<BackupSummary[]> {
  const found = new Map<string, BackupSummary>();
  for (const reference of references) {
    const backup = await store.find(reference);
    found.set(backup.id, backup);
  }
  return [...found.values()];
}
