// Every verb that reads or writes backups takes the same option for the store.

import { resolve } from 'node:path';
import { defaultStoreFolder } from '../core/defaults.js';
import { openStore, type Store } from '../core/store/store.js';
import type { BackupSummary } from '../core/store/summary.js';
import { KEY_FILE_USAGE, keyFileOption } from './secrets.js';
import { unlessCancelled } from './unlessCancelled.js';
import type { Call } from './usage.js';

export const storeOption = {
  store: {
    type: 'string',
    value: 'DIR',
    about: 'folder of the backups (default: MPBACKUP_STORE, or else `MicroPython Backups` in your home folder)',
  },
  ...keyFileOption,
} as const;

export const STORE_USAGE = `[--store DIR] ${KEY_FILE_USAGE}`;

/** The folder named by `--store`, else by MPBACKUP_STORE, else the default one. */
export function storeFolderOf(call: Call): string {
  // A variable that is empty counts as not set: the current folder is nobody's wish.
  return resolve(call.text('store') ?? (process.env.MPBACKUP_STORE || defaultStoreFolder()));
}

/** The store in that folder, unlocked if it is encrypted. @throws BackupError `key-missing`, `key-wrong` */
export async function storeOf(call: Call): Promise<Store> {
  const store = await storeWithoutKey(call);
  await unlessCancelled(call.context.signal, () => store.unlock());
  return store;
}

/** For what reads no backup. Looking into the folder ends when the call is cancelled. */
export async function storeWithoutKey(call: Call): Promise<Store> {
  const { env, signal } = call.context;
  const folder = storeFolderOf(call);
  const store = await unlessCancelled(signal, () => openStore(env, folder));
  return {
    ...store,
    list: () => unlessCancelled(signal, () => store.list()),
    find: (reference, boardId) => unlessCancelled(signal, () => store.find(reference, boardId)),
    readManifest: (backup) => unlessCancelled(signal, () => store.readManifest(backup)),
  };
}

/** The same call, for what goes without a key if none is named: nobody is asked for one. */
export function withoutAsking(call: Call): Call {
  return { ...call, context: { ...call.context, env: { ...call.context.env, keys: call.keys.unasked } } };
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
