// Looks at all that is known of the backups, for what needs a person.

import { type Health, healthOf } from '../../core/plan/health.js';
import type { ScheduleConfig } from '../../core/plan/scheduleRules.js';
import type { Services } from '../services.js';

/** @param connectedAt since when boards are connected, by their ids, where that is known */
export async function examine(
  { env, boards }: Pick<Services, 'env' | 'boards'>,
  config: ScheduleConfig,
  connectedAt?: ReadonlyMap<string, number>,
): Promise<Health> {
  const store = await boards.openStore();
  const health = healthOf({
    ...{ boards: boards.list, backups: boards.listing.backups, history: await store.history(), config },
    ...{ now: env.clock.now(), timeZone: env.clock.timeZone() },
    ...(connectedAt && { connectedAt }),
  });
  boards.noteHealth(health);
  return health;
}
