// Looks at all that is known of the backups, for what needs a person.

import { spaceAfterBackup } from '../../core/jobs/diskSpace.js';
import { type Health, healthOf } from '../../core/plan/health.js';
import type { ScheduleConfig } from '../../core/plan/scheduleRules.js';
import type { Services } from '../services.js';
import { MEGABYTE, readSettings } from '../settings.js';

/** @param connectedAt since when boards are connected, by their ids, where that is known */
export async function examine(
  { env, boards }: Pick<Services, 'env' | 'boards'>,
  config: ScheduleConfig,
  connectedAt?: ReadonlyMap<string, number>,
): Promise<Health> {
  const store = await boards.openStore();
  const space = await spaceAfterBackup(store, env, readSettings().freeSpaceWarning * MEGABYTE);
  const health = healthOf({
    ...{ boards: boards.list, backups: boards.listing.backups, history: await store.history(), config },
    ...{ now: env.clock.now(), timeZone: env.clock.timeZone() },
    space,
    ...(connectedAt && { connectedAt }),
  });
  boards.noteHealth(health);
  return health;
}
