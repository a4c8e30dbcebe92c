// Takes backups out of a store: what others need of them moves first, and then they go to the trash (P19, P20).

import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { Store, StoreLock } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { JobContext } from './job.js';
import { mergeContent, outdatedGenerations } from './mergeContent.js';
import { refuseUnclear, refuseUnknownPins } from './survivors.js';

export interface Removed {
  removed: BackupSummary[];
  /** Content that other backups need, and that moved into their archives. */
  moved: number;
  movedBytes: number;
  /** What the store takes less once the trash is empty. */
  freed: number;
}

/**
 * @param lock exclusive
 * @throws BackupError; then every backup is there as before
 */
export async function removeBackups(
  context: JobContext,
  store: Store,
  lock: StoreLock,
  ids: ReadonlySet<string>,
): Promise<Removed> {
  await store.renew();
  const listing = await store.list();
  const removed = listing.backups.filter(({ id }) => ids.has(id));
  // What the disk does not read now may be one of these.
  if (removed.length < ids.size) throw listing.unreadable[0]?.error ?? gone(store.root);
  refuseUnclear(listing);
  refuseUnknownPins(listing);
  const before = (await store.holdings()).staying;
  const going = before.filter(({ id }) => ids.has(id));
  const staying = listing.backups.filter(({ id }) => !ids.has(id));
  const merged = await mergeContent(context, store, staying, going);
  const { staying: now } = await store.holdings();
  const aside = new Set([...going.map(({ archive }) => archive), ...outdatedGenerations(now)]);
  await lock.check();
  await store.setAside('trash', [...aside]);
  const sizeBefore = before.reduce((sum, { size }) => sum + size, 0);
  const sizeAfter = now.reduce((sum, { archive, size }) => (aside.has(archive) ? sum : sum + size), 0);
  return { removed, moved: merged.contents, movedBytes: merged.bytes, freed: sizeBefore - sizeAfter };
}

function gone(root: string): BackupError {
  return new BackupError('store-changed', t('One of these backups is already gone. Nothing was deleted.'), {
    path: root,
    hint: t('List the backups again.'),
  });
}
