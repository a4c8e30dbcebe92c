// Only reading tells whether content can be had: an archive may be damaged as a whole while this content in it is sound.

import type { ContentPromise } from '../archive/verified.js';
import { isBackupError } from '../errors.js';
import { ROOT } from '../paths.js';
import type { Store } from '../store/store.js';

/**
 * What the disk does not read cannot be had either: whoever relies on the answer must not destroy anything for it.
 *
 * @param except archives that are not asked
 */
export async function isReadable(
  store: Store,
  { sha256, size }: ContentPromise,
  except?: ReadonlySet<string>,
): Promise<boolean> {
  try {
    for await (const _ of store.readContent({ sha256, size, path: ROOT }, except));
    return true;
  } catch (error) {
    if (isBackupError(error, 'content-missing')) return false;
    throw error;
  }
}
