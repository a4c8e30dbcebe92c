// Removes what was deleted for good. Whatever a backup still needs of it moves into an archive of the store first.

import { throwIfCancelled } from '../errors.js';
import type { Store } from '../store/store.js';
import { setAsideAt } from '../store/trash.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { mergeContent } from './mergeContent.js';
import { recorded } from './recorded.js';
import { refuseUnclear } from './survivors.js';

export interface EmptyTrashResult {
  /** Archives that are gone, and their bytes. */
  archives: number;
  bytes: number;
  seconds: number;
}

/** @param before milliseconds since 1970: what was deleted later stays */
export function emptyTrash(
  context: JobContext,
  store: Store,
  before = Number.POSITIVE_INFINITY,
): Promise<EmptyTrashResult> {
  return recorded(
    context,
    store,
    'empty-trash',
    ({ bytes }) => ({ bytes }),
    () =>
      holding(context, store, 'exclusive', 'empties the trash', async (lock) => {
        const { trashed } = await store.holdings();
        const going = trashed.filter(({ archive }) => Date.parse(setAsideAt(archive) ?? '1970') < before);
        const listing = await store.list();
        refuseUnclear(listing);
        await mergeContent(context, store, listing.backups, going);
        for (const { archive } of going) {
          throwIfCancelled(context.signal);
          await lock.check();
          await store.removeForGood([archive]);
        }
        return { archives: going.length, bytes: going.reduce((sum, { size }) => sum + size, 0) };
      }),
  );
}
