// Only reading tells whether content can be had: an archive may be damaged as a whole while this content in it is sound.

import type { ContentPromise } from '../archive/verified.js';
import { isBackupError } from '../errors.js';
import { ROOT } from '../paths.js';
import type { Store } from '../store/store.js';

/**
 * @param except archives that are not asked
 * @throws BackupError where nobody can say: the disk fails
 */
export async function isReadable(
  store: Store,
  { sha256, size }: ContentPromise,
  except?: ReadonlySet<string>,
): Promise<boolean> {
  try {
    for await (const _ of store.readContent({ sha256, size, path: ROOT, archive: '' }, except));
    return true;
  } catch (error) {
    if (isBackupError(error, 'content-missing')) return false;
    throw error;
  }
}
