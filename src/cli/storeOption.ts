// Every verb that reads or writes backups takes the same option for the store.

import { resolve } from 'node:path';
import { defaultStoreFolder } from '../core/defaults.js';
import { openStore, type Store } from '../core/store/store.js';
import type { Call } from './usage.js';

export const storeOption = { store: { type: 'string' } } as const;

export const STORE_USAGE = '[--store DIR]';

/** The folder named by `--store`, else by MPBACKUP_STORE, else the default one. */
export function storeOf(call: Call): Promise<Store> {
  return openStore(call.context.env, resolve(call.text('store') ?? process.env.MPBACKUP_STORE ?? defaultStoreFolder()));
}
