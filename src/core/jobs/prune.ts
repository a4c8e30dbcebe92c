// Deletes what the retention policy does not keep. The plan is made first, shown, and is the very object that is carried out (P22).

import { isFile } from '../archive/manifest.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { contentKey } from '../plan/mergePlan.js';
import { keptForRestores } from '../plan/neededByRestores.js';
import { planRetention, type RetentionPlan } from '../plan/retention.js';
import type { RetentionItem } from '../plan/retentionItem.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import { isSound } from '../plan/soundness.js';
import type { Store, StoreLock } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { holding } from './holding.js';
import { type JobContext, trackPhases } from './job.js';
import { recorded } from './recorded.js';
import { type Removed, removeBackups } from './removeBackups.js';
import { refuseUnclear, refuseUnknownPins, refuseUnknownRestores } from './survivors.js';

/** What becomes of the backups of one board. */
export interface BoardPrunePlan {
  board: { id: string; name: string };
  /** All of them, by id. */
  backups: ReadonlyMap<string, BackupSummary>;
  plan: RetentionPlan;
}

export interface PrunePlan {
  boards: BoardPrunePlan[];
}

export type PruneResult = Removed & { seconds: number };

/**
 * Each board by itself: one that is backed up often does not push out another.
 *
 * @param boardId only this one
 * @throws BackupError `bad-argument` for a policy that keeps nothing, `store-failed` if it is not known what is pinned
 */
export async function planPrune(
  context: JobContext,
  store: Store,
  policy: RetentionPolicy,
  boardId?: string,
): Promise<PrunePlan> {
  await store.unlock();
  const listing = await store.list();
  refuseUnclear(listing);
  refuseUnknownPins(listing);
  const { backups } = listing;
  const restores = await store.restores();
  refuseUnknownRestores(restores);
  const needed = keptForRestores(restores.records);
  const { staying } = await store.holdings();
  const sizes = new Map(
    staying.flatMap(({ contents }) => contents.map((content) => [contentKey(content), content.storedSize])),
  );
  const phases = trackPhases(context);
  phases.begin('plan', { files: backups.length, bytes: 0 });
  const boards: BoardPrunePlan[] = [];
  for (const id of new Set(backups.map(({ board }) => board.id))) {
    if (boardId !== undefined && id !== boardId) continue;
    const own = backups.filter(({ board }) => board.id === id);
    const items: RetentionItem[] = [];
    for (const backup of own) {
      const size = staying.find(({ archive }) => archive === backup.archive)?.size ?? 0;
      items.push(itemOf(backup, Math.max(0, size - backup.storedBytes), await contentsOf(store, backup, sizes)));
      phases.add({ files: 1 });
    }
    const board = { id, name: own[0]?.board.name ?? '' };
    const plan = planRetention(items, policy, context.env.clock.now(), needed);
    boards.push({ board, backups: new Map(own.map((backup) => [backup.id, backup])), plan });
  }
  return { boards };
}

/**
 * Backups that came since the plan was made stay, whatever it says: they make none of those that it removes worth more. A board
 * that is backed up often would else never be pruned.
 *
 * @throws BackupError `store-changed` if backups went, were pinned or found damaged since, or a restore needs what would go;
 *   nothing is deleted then
 */
export function prune(context: JobContext, store: Store, plan: PrunePlan): Promise<PruneResult> {
  const account = ({ removed }: Removed) => ({ backups: removed.length });
  return recorded(context, store, 'prune', account, () =>
    holding(context, store, 'exclusive', 'prunes backups', (lock) => carryOutPrune(context, store, lock, plan)),
  );
}

/**
 * The same, if the lock is held already.
 *
 * @param lock exclusive
 */
export async function carryOutPrune(
  context: JobContext,
  store: Store,
  lock: StoreLock,
  { boards }: PrunePlan,
): Promise<Removed> {
  const now = new Map((await store.list()).backups.map((backup) => [backup.id, backup]));
  for (const { board, backups } of boards) {
    if ([...backups.values()].some((planned) => !isAsPlanned(planned, now.get(planned.id)))) throw changed(board.name);
  }
  const ids = new Set(boards.flatMap(({ plan }) => plan.remove.map(({ id }) => id)));
  const restores = await store.restores();
  refuseUnknownRestores(restores);
  const needed = keptForRestores(restores.records);
  for (const { board, plan } of boards) if (plan.remove.some(({ id }) => needed.has(id))) throw changed(board.name);
  return removeBackups(context, store, lock, ids);
}

/** Whether a plan for this board would remove anything. Opens no archive, unless the policy limits bytes. */
export async function mayRemove(
  context: JobContext,
  store: Store,
  policy: RetentionPolicy,
  boardId: string,
): Promise<boolean> {
  if (policy.maxBytes !== undefined) {
    const { boards } = await planPrune(context, store, policy, boardId);
    return boards.some(({ plan }) => plan.remove.length > 0);
  }
  const needed = keptForRestores((await store.restores()).records);
  const items = (await store.backupsOf(boardId)).map((backup) => itemOf(backup, 0, new Map()));
  return planRetention(items, policy, context.env.clock.now(), needed).remove.length > 0;
}

function isAsPlanned(planned: BackupSummary, now: BackupSummary | undefined): boolean {
  return now?.pinned === planned.pinned && isSound(now) === isSound(planned);
}

function itemOf(backup: BackupSummary, overhead: number, contents: RetentionItem['contents']): RetentionItem {
  const { id, sequence, createdAt, origin, set, pinned } = backup;
  return {
    id,
    sequence,
    createdAt,
    origin,
    pinned,
    overhead,
    contents,
    isSound: isSound(backup),
    ...(set !== undefined && { set }),
  };
}

async function contentsOf(
  store: Store,
  backup: BackupSummary,
  sizes: ReadonlyMap<string, number>,
): Promise<Map<ContentHash, number>> {
  const files = (await store.readManifest(backup)).entries.filter(isFile);
  return new Map(files.map((file) => [file.sha256, sizes.get(contentKey(file)) ?? 0]));
}

function changed(name: string): BackupError {
  return new BackupError(
    'store-changed',
    t('The backups of {0} have changed in the meantime. Nothing was deleted.', name),
    {
      hint: t('Look at the plan again.'),
    },
  );
}
