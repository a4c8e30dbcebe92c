// Removes what was deleted for good. Whatever a backup still needs of it moves into an archive of the store first.

import { throwIfCancelled } from '../errors.js';
import type { Store } from '../store/store.js';
import type { ArchiveHolding } from '../store/summary.js';
import { setAsideAt } from '../store/trash.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { mergeContent, outdatedGenerations } from './mergeContent.js';
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
        await store.renew();
        const listing = await store.list();
        refuseUnclear(listing);
        const { trashed } = await store.holdings();
        // What nobody knows the time of is taken for new.
        const isOld = ({ archive }: ArchiveHolding) => Date.parse(setAsideAt(archive) ?? '') < before;
        const going = before === Number.POSITIVE_INFINITY ? trashed : trashed.filter(isOld);
        await mergeContent(context, store, listing.backups, going);
        await lock.check();
        await store.setAside('trash', outdatedGenerations((await store.holdings()).staying));
        for (const { archive } of going) {
          throwIfCancelled(context.signal);
          await lock.check();
          await store.removeForGood([archive]);
        }
        return { archives: going.length, bytes: going.reduce((sum, { size }) => sum + size, 0) };
      }),
  );
}
