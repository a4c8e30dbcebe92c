// Retention after each backup: what the policy does not keep any more goes to the trash. The backup is made, whatever comes of this.

import { nameOfSet } from '../backupSet.js';
import { describeCauses, isBackupError, messageOf } from '../errors.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { count, localTime } from '../text.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { carryOutPrune, mayRemove, type PrunePlan, type PruneResult, planPrune } from './prune.js';
import { doomedBy } from './pruneText.js';
import { recorded } from './recorded.js';

/** Others may work on the store for long, and the next backup prunes as well as this one. */
const WAIT_MS = 2_000;

export interface PrunedAfter extends PruneResult {
  /** Why nothing was removed, though something should have been: a sentence. */
  warning?: string;
}

/**
 * Never rejects. What goes is logged, each with its reason, and can be brought back from the trash.
 *
 * @returns undefined if nothing is to be removed, or others work on the store: then the next backup does it
 */
export async function pruneAfterBackup(
  context: JobContext,
  store: Store,
  policy: RetentionPolicy,
  boardId: string,
): Promise<PrunedAfter | undefined> {
  const { log } = context.env;
  // The progress of the backup has come to its end.
  const quiet: JobContext = { env: context.env, signal: context.signal };
  try {
    if (!(await mayRemove(quiet, store, policy, boardId))) return undefined;
    return await holding(
      quiet,
      store,
      'exclusive',
      'prunes backups',
      async (lock) => {
        const plan = await planPrune(quiet, store, policy, boardId);
        if (doomedBy(plan) === 0) return undefined;
        const account = ({ removed }: { removed: readonly BackupSummary[] }) => ({ backups: removed.length });
        const result = await recorded(quiet, store, 'prune', account, () => carryOutPrune(quiet, store, lock, plan));
        for (const line of linesOf(plan)) log.info(line);
        return result;
      },
      WAIT_MS,
    );
  } catch (error) {
    if (isBackupError(error, 'store-busy') || isBackupError(error, 'cancelled')) {
      log.info(`Old backups were not pruned, the next backup does it: ${messageOf(error)}`);
      return undefined;
    }
    log.error(`Old backups were not pruned: ${describeCauses(error)}`);
    const nothing = { removed: [], moved: 0, movedBytes: 0, freed: 0, seconds: 0 };
    return { ...nothing, warning: t('Old backups were not pruned: {0}', messageOf(error)) };
  }
}

/** `2 old backups went to the trash.` Nothing if none did. */
export function prunedSentences(removed: number): string[] {
  return removed === 0 ? [] : [t('{0} went to the trash.', count(removed, 'old backup'))];
}

function linesOf({ boards }: PrunePlan): string[] {
  return boards.flatMap(({ board, backups, plan }) =>
    plan.remove.map(({ id, reason }) => {
      const backup = backups.get(id);
      const set = backup?.set === undefined ? '' : ` of ${nameOfSet(backup.set)}`;
      const which = backup ? `${backup.origin} backup${set} of ${localTime(backup.createdAt)}` : 'backup';
      return `${displayPath(board.name)}: the ${which} (${id.slice(0, 8)}) went to the trash. ${reason}`;
    }),
  );
}
