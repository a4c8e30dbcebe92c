// Whether the key of a store is there.

import { isOfKey } from '../archive/archiveErrors.js';
import type { Store } from '../store/store.js';

/** @returns true for a store that is not encrypted, too. @throws BackupError as {@link Store.unlock}, but for want of the key */
export async function isUnlocked(store: Pick<Store, 'unlock'>): Promise<boolean> {
  try {
    await store.unlock();
    return true;
  } catch (error) {
    if (isOfKey(error)) return false;
    throw error;
  }
}
