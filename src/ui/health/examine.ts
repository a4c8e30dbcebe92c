// Looks at all that is known of the backups, for what needs a person.

import { MEGABYTE } from '../../core/defaults.js';
import { spaceIfKnown } from '../../core/jobs/diskSpace.js';
import { type Health, healthOf } from '../../core/plan/health.js';
import type { ScheduleConfig } from '../../core/plan/scheduleRules.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';

export async function examine(
  { env, boards, scheduler }: Pick<Services, 'env' | 'boards' | 'scheduler'>,
  config: ScheduleConfig,
): Promise<Health> {
  const now = env.clock.now();
  const store = await boards.openStore();
  const space = await spaceIfKnown(store, env, readSettings().freeSpaceWarning * MEGABYTE);
  const health = healthOf({
    ...boards.listing,
    boards: boards.list,
    history: await store.history(),
    config,
    now,
    timeZone: env.clock.timeZone(),
    space,
    connectedAt: connectedSince({ env, boards, scheduler }),
    offsite: boards.secondPlace,
  });
  boards.noteHealth(health);
  return health;
}

/** By the ids of boards: milliseconds since 1970. */
export function connectedSince({
  env,
  boards,
  scheduler,
}: Pick<Services, 'env' | 'boards' | 'scheduler'>): Map<string, number> {
  const since = boards.list.flatMap(({ id }) => {
    if (id === undefined) return [];
    const presence = scheduler.presenceOf(id);
    // One that was away when it was last looked for has come since.
    return [[id, presence?.isThere ? presence.connectedAt : env.clock.now()] as const];
  });
  return new Map(since);
}
