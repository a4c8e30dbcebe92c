// Deletes backups that somebody chose. They go to the trash, and every other backup stays as it is.

import { BackupError } from '../errors.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { localTime } from '../text.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { recorded } from './recorded.js';
import { type Removed, removeBackups } from './removeBackups.js';

export type DeleteResult = Removed & { seconds: number };

/** @throws BackupError `bad-argument` for a pinned one, `archive-damaged`, `content-missing`, `store-…`; nothing is deleted then */
export function deleteBackups(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
): Promise<DeleteResult> {
  const ids = new Set(backups.map(({ id }) => id));
  const account = ({ removed }: Removed) => ({ backups: removed.length });
  return recorded(context, store, 'delete', account, () =>
    holding(context, store, 'exclusive', 'deletes backups', async (lock) => {
      // What is noted now counts: it may have been pinned while we waited.
      const pinned = (await store.list()).backups.find(({ id, pinned }) => ids.has(id) && pinned);
      if (pinned) throw isPinned(pinned);
      return removeBackups(context, store, lock, ids);
    }),
  );
}

function isPinned({ createdAt, archive }: BackupSummary): BackupError {
  return new BackupError('bad-argument', `The backup of ${localTime(createdAt)} is pinned. Nothing was deleted.`, {
    path: archive,
    hint: 'Unpin it first.',
  });
}
