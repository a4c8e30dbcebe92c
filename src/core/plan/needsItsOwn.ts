// Whether a scheduled backup is recorded also if nothing has changed on the board.

import type { HistoryRecord, Operation } from '../store/history.js';
import type { DueRun } from './dueRuns.js';
import { rankOf } from './schedule.js';

const RESTORING: readonly Operation[] = ['restore', 'undo', 'finish'];

/**
 * A board on which nothing has changed gets no other backup: its newest stands for this day, week or month as well. But retention
 * counts each origin apart. The newest one that was taken for a lower rule goes when enough of its kind have come, and the
 * week would be left without a backup. So the state is recorded once more under the higher name; that takes a manifest alone.
 * What a person took is kept as long as they wish, and needs no double.
 *
 * @param history of this board, oldest first
 */
export function needsItsOwn(
  { set, origin }: Pick<DueRun, 'set' | 'origin'>,
  history: readonly HistoryRecord[],
): boolean {
  if (rankOf(origin) < rankOf('daily')) return false;
  const newest = history.findLast(
    ({ operation, ok, backups = 0, ...record }) =>
      ok && (operation === 'backup' ? backups > 0 && (record.set ?? null) === set : RESTORING.includes(operation)),
  );
  // Before it wrote, a restore may have taken a backup, which is soon gone; and without a history, nothing is known.
  if (newest?.operation !== 'backup') return true;
  const before = newest.origin ?? 'manual';
  return before !== 'manual' && rankOf(before) < rankOf(origin);
}
