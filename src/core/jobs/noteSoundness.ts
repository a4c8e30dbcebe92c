// Notes on backups what a look at their bytes came to: what is asked later how things stand, knows it from there.

import type { Soundness } from '../plan/soundness.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { JobContext } from './job.js';

/** @throws BackupError `store-…` */
export async function noteSoundness(
  { env }: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
  soundness: Exclude<Soundness, 'unknown'>,
): Promise<void> {
  if (backups.length === 0) return;
  const verified = {
    at: new Date(env.clock.now()).toISOString(),
    isSound: soundness === 'sound',
    ...(soundness === 'lacking' && { lacksFiles: true }),
  };
  await store.annotate(backups, { verified });
}
