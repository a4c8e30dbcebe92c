// Brings deleted backups back from the trash (P20).

import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { ReadContent, Store } from '../store/store.js';
import type { BackupSummary, TrashedBackup } from '../store/summary.js';
import { fillGaps } from './fillGaps.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { outdatedGenerations } from './mergeContent.js';
import { recorded } from './recorded.js';

export interface UndeleteResult {
  restored: BackupSummary[];
  seconds: number;
}

/** @throws BackupError `backup-not-found`, `store-…` */
export function undelete(
  context: JobContext,
  store: Store,
  backups: readonly TrashedBackup[],
): Promise<UndeleteResult> {
  const ids = new Set(backups.map(({ id }) => id));
  const account = ({ restored }: { restored: BackupSummary[] }) => ({ backups: restored.length });
  return recorded(context, store, 'undelete', account, () =>
    holding(context, store, 'exclusive', 'brings back deleted backups', async (lock) => {
      const found = (await store.trash()).filter(({ id }) => ids.has(id));
      if (found.length < ids.size) throw notInTrash(store.root);
      for (const { archive } of found) {
        await lock.check();
        await store.bringBack(archive);
      }
      // What only the trash has of what they need is theirs again: else they would be lost with it.
      const read: ReadContent = (content) => store.readContent(content);
      await fillGaps(context, store, { damaged: new Set(), contents: [], read });
      await lock.check();
      await store.setAside('trash', outdatedGenerations((await store.holdings()).staying));
      return { restored: (await store.list()).backups.filter(({ id }) => ids.has(id)) };
    }),
  );
}

function notInTrash(root: string): BackupError {
  return new BackupError('backup-not-found', t('One of these backups is not in the trash.'), {
    path: root,
    hint: t('List the trash again: it may have been brought back already.'),
  });
}
