import { isBackupError } from '../../core/errors.js';
import type { Store } from '../../core/store/store.js';
import type { Boards } from '../boards.js';

/** @returns undefined if it cannot be opened: the Boards view says so, and an archive that lies elsewhere is none the worse for it */
export async function storeInUse(boards: Boards): Promise<Store | undefined> {
  try {
    return await boards.openStore();
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return undefined;
  }
}
