// Verbs that only read can read from the second place of the store.

import { openFarStoreOf } from '../core/jobs/farStore.js';
import type { Store } from '../core/store/store.js';
import { rcloneOf, rcloneOption } from './rcloneOption.js';
import { STORE_USAGE, storeOf, storeOption, storeWithoutKey } from './storeOption.js';
import type { Call } from './usage.js';

export const READ_USAGE = `${STORE_USAGE} [--from-offsite] [--rclone FILE]`;

export const readOptions = {
  ...storeOption,
  'from-offsite': { type: 'boolean', about: 'read from the second place of the store; see `mpbackup help offsite`' },
  ...rcloneOption,
} as const;

/** The store of the call, or what lies at its second place. */
export async function storeToRead(call: Call): Promise<Store> {
  if (!call.flag('from-offsite')) return storeOf(call);
  const { store, close } = await openFarStoreOf(call.context, await storeWithoutKey(call), rcloneOf(call));
  call.atEnd(close);
  await store.unlock();
  return store;
}
