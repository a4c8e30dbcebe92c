// Deletes backups that somebody chose. They go to the trash, and every other backup stays as it is.

import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { neededToSettle } from '../plan/neededByRestores.js';
import type { RestoreRecord } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { localTime } from '../text.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { recorded } from './recorded.js';
import { type Removed, removeBackups } from './removeBackups.js';
import { refuseUnknownRestores } from './survivors.js';

export type DeleteResult = Removed & { seconds: number };

/** @throws BackupError `bad-argument` for a pinned one, and one that an unfinished restore needs, `archive-damaged`, `content-missing`, `store-…`; nothing is deleted then */
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
      const { backups: now } = await store.list();
      const pinned = now.find(({ id, pinned }) => ids.has(id) && pinned);
      if (pinned) throw isPinned(pinned);
      const restores = await store.restores();
      refuseUnknownRestores(restores);
      const needed = neededToSettle(restores.records);
      for (const backup of now) {
        const restore = ids.has(backup.id) ? needed.get(backup.id) : undefined;
        if (restore) throw isNeeded(backup, restore);
      }
      return removeBackups(context, store, lock, ids);
    }),
  );
}

function isPinned({ createdAt, archive }: BackupSummary): BackupError {
  return new BackupError('bad-argument', t('The backup of {0} is pinned. Nothing was deleted.', localTime(createdAt)), {
    path: archive,
    hint: t('Unpin it first.'),
  });
}

function isNeeded({ createdAt, archive }: BackupSummary, { at, board }: RestoreRecord): BackupError {
  return new BackupError(
    'bad-argument',
    t(
      'The backup of {0} is needed by the restore of {1} to {2}, which is not finished. Nothing was deleted.',
      localTime(createdAt),
      localTime(at),
      board.name,
    ),
    { path: archive, hint: t('Finish or undo that restore first.') },
  );
}
