// When something becomes due next, of all sets of a board.

import type { ScheduleRule } from '../../src/core/archive/manifest.js';
import { type Asked, outlooks } from '../../src/core/plan/dueRuns.js';

/** What is due already, and not yet done, is not the next. */
export function nextDue(asked: Asked): { set: string | null; rule: ScheduleRule; at: number } | undefined {
  const all = outlooks(asked).flatMap(({ plan, next }) => (next ? [{ set: plan.set, ...next }] : []));
  return all.sort((one, other) => one.at - other.at)[0];
}
