// How much room the disk of the backups has left, and what could be freed: told before a backup fails for it.

import type { Env } from '../env.js';
import { messageOf } from '../errors.js';
import { t } from '../l10n.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import { freeSpaceFor } from '../store/space.js';
import type { Store } from '../store/store.js';
import { bytes } from '../text.js';
import { planPrune } from './prune.js';

export interface SpaceReport {
  /** Bytes that are free on the disk. */
  free: number;
  /** Bytes in the trash; what backups need of that stays when it is emptied. Null if it is not short. */
  trashBytes: number | null;
  /** About as many bytes would go to the trash by the retention policy; null if it is not short, or cannot be known. */
  prunableBytes: number | null;
  /** Whether less is free than somebody wishes. */
  isShort: boolean;
}

/**
 * @param warnBelow bytes; 0 for never
 * @param policy what would be pruned by. What could be freed is looked at only if the disk is short: most are not, and it takes its time
 * @throws BackupError `store-denied`, `store-failed`
 */
export async function spaceReport(
  store: Store,
  env: Env,
  warnBelow: number,
  policy?: RetentionPolicy,
): Promise<SpaceReport> {
  const free = await freeSpaceFor(env, store.root);
  if (free >= warnBelow) return { free, trashBytes: null, prunableBytes: null, isShort: false };
  const { trashed } = await store.holdings();
  const prunableBytes = policy ? await prunable(store, env, policy) : null;
  return { free, trashBytes: trashed.reduce((sum, { size }) => sum + size, 0), prunableBytes, isShort: true };
}

/** For whoever does not fail because nobody knows this. @returns undefined if it cannot be known */
export async function spaceIfKnown(
  ...[store, env, warnBelow, policy]: Parameters<typeof spaceReport>
): Promise<SpaceReport | undefined> {
  try {
    return await spaceReport(store, env, warnBelow, policy);
  } catch (error) {
    env.log.warn(`${store.root}: it is not known how much is free there: ${messageOf(error)}`);
    return undefined;
  }
}

/** What is short, and what helps. */
export function shortSentence({ free, trashBytes, prunableBytes }: SpaceReport, root: string): string {
  const helps = [
    ...(trashBytes ? [t('Emptying the trash frees up to {0}.', bytes(trashBytes))] : []),
    ...(prunableBytes ? [t('Pruning moves another {0} to the trash.', bytes(prunableBytes))] : []),
  ];
  const help = helps.length > 0 ? helps : [t('Free some space there, or choose another folder for the backups.')];
  return [t('Only {0} are free on the disk of the backups in {1}.', bytes(free), root), ...help].join(' ');
}

async function prunable(store: Store, env: Env, policy: RetentionPolicy): Promise<number | null> {
  try {
    const { boards } = await planPrune({ env }, store, policy);
    return boards.reduce((sum, { plan }) => sum + plan.bytesBefore - plan.bytesAfter, 0);
  } catch (error) {
    env.log.debug(`${store.root}: it is not known what could be pruned: ${messageOf(error)}`);
    return null;
  }
}
