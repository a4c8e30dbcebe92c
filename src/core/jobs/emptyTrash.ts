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
import { looksDamaged, remainsInTrash } from './trashRemains.js';
import { findDamage } from './verify.js';

export interface EmptyTrashOptions {
  /** Milliseconds since 1970: what was deleted later stays. */
  before?: number | undefined;
  /** Also what is damaged so much that nobody can tell what is in it: if no backup lacks anything that may be in there. */
  damaged?: boolean | undefined;
}

export interface EmptyTrashResult {
  /** Archives that are gone, and their bytes. */
  archives: number;
  bytes: number;
  /** Archives that stay, because nobody can tell what is in them: see {@link EmptyTrashOptions.damaged}. */
  left: number;
  /** An archive of the store that is not whole, for which damaged ones stay that were to go. Absolute path. */
  lacking?: string;
  seconds: number;
}

/** @throws BackupError `content-missing`, `archive-damaged`, … if a backup may need what would go */
export function emptyTrash(
  context: JobContext,
  store: Store,
  { before = Number.POSITIVE_INFINITY, damaged = false }: EmptyTrashOptions = {},
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
        const remains = await remainsInTrash(context, store);
        // What nobody knows the time of is taken for new.
        const isOld = ({ archive }: Pick<ArchiveHolding, 'archive'>) =>
          before === Number.POSITIVE_INFINITY || Date.parse(setAsideAt(archive) ?? '') < before;
        const going = trashed.filter(isOld);
        await mergeContent(context, store, listing.backups, going);
        const asked = damaged ? remains.filter(isOld) : [];
        const lacking = asked.length > 0 ? await lackingArchive(context, store) : undefined;
        await lock.check();
        await store.setAside('trash', outdatedGenerations((await store.holdings()).staying));
        const broken: typeof asked = [];
        // What goes for good is looked at twice (P11).
        for (const each of lacking === undefined ? asked : [])
          if (await looksDamaged(context.env, each.archive)) broken.push(each);
        const all = [...going, ...broken];
        for (const { archive } of all) {
          throwIfCancelled(context.signal);
          await lock.check();
          await store.removeForGood([archive]);
        }
        const bytes = all.reduce((sum, { size }) => sum + size, 0);
        const left = remains.length - broken.length;
        return { archives: all.length, bytes, left, ...(lacking !== undefined && { lacking }) };
      }),
  );
}

/** @returns an archive that is not whole, if there is one: what nobody can tell of may have what it lacks */
async function lackingArchive(context: JobContext, store: Store): Promise<string | undefined> {
  const [first] = (await findDamage(context, store)).reports;
  return first?.archive;
}
