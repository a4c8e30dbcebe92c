// Whether a store can be opened with the keys that are known.

import { isOfKey } from '../archive/archiveErrors.js';
import type { BackupError } from '../errors.js';
import type { Store } from '../store/store.js';

/** @returns true also for a store that is not encrypted. @throws as {@link whyLocked} */
export async function isUnlocked(store: Pick<Store, 'unlock'>): Promise<boolean> {
  return (await whyLocked(store)) === undefined;
}

/**
 * @returns `key-missing` or `key-wrong`; undefined if the store can be opened
 * @throws BackupError as {@link Store.unlock}, for any other reason
 */
export async function whyLocked(store: Pick<Store, 'unlock'>): Promise<BackupError | undefined> {
  try {
    await store.unlock();
    return undefined;
  } catch (error) {
    if (isOfKey(error)) return error;
    throw error;
  }
}
