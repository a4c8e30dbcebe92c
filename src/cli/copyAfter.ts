// After the backups of a schedule, what waits is copied to the second place. That it cannot be reached fails no backup.

import { describeCauses, isBackupError, messageOf } from '../core/errors.js';
import { offsiteState } from '../core/jobs/offsitePlace.js';
import { describeSync, detailsOfSync } from '../core/jobs/offsiteText.js';
import { syncOffsite } from '../core/jobs/syncOffsite.js';
import { displayPath } from '../core/paths.js';
import { isBehind } from '../core/plan/offsitePlan.js';
import type { Store } from '../core/store/store.js';
import { NOTHING, type Order } from './afterBackup.js';
import type { Rules } from './rulesFile.js';
import type { Call } from './usage.js';

/** Rejects only if the call is cancelled. */
export async function copyWhatWaits(
  { context }: Call,
  store: Store,
  { copiesOffsite, rclonePath }: Pick<Rules, 'copiesOffsite' | 'rclonePath'>,
): Promise<Omit<Order, 'warnings'>> {
  if (!copiesOffsite) return NOTHING;
  try {
    const state = await offsiteState(store);
    if (!state || !isBehind(state)) return NOTHING;
    const result = await syncOffsite(context, store, { rclonePath });
    return {
      fields: { offsite: { ok: result.waiting === 0, ...result } },
      notes: detailsOfSync(result),
      done: [describeSync(result)],
    };
  } catch (error) {
    if (isBackupError(error, 'cancelled')) throw error;
    context.env.log.error(describeCauses(error));
    const [code, hint] = isBackupError(error) ? [error.code, error.hint] : ['unexpected', undefined];
    const message = messageOf(error);
    return {
      fields: { offsite: { ok: false, code, message, hint } },
      notes: [
        `Not copied to the second place: ${[message, hint]
          .flatMap((text) => text ?? [])
          .map(displayPath)
          .join(' ')}`,
      ],
      done: [],
    };
  }
}
