// Runs a job under the lock of its store (P40): jobs that only add or read share it, those that remove something have it exclusively. And
// none begins without the key of an encrypted store.

import { messageOf } from '../errors.js';
import type { Store, StoreLock } from '../store/store.js';
import { type JobContext, trackPhases } from './job.js';

/** Longer than a delete or a prune takes. A backup over a slow line may take longer; then the error says that it holds the lock. */
const WAIT_MS = 120_000;

/**
 * @param does what the job does, for the message that others get: `deletes backups`
 * @throws BackupError `key-missing`, `key-wrong`, `store-busy`, `cancelled`, and whatever `work` throws
 */
export async function holding<Result>(
  context: JobContext,
  store: Store,
  kind: 'shared' | 'exclusive',
  does: string,
  work: (lock: StoreLock) => Promise<Result>,
  waitMs = WAIT_MS,
): Promise<Result> {
  await store.unlock();
  const onWaiting = () => trackPhases(context).begin('queue');
  const lock = await store.lock({ kind, work: does, waitMs, signal: context.signal, onWaiting });
  try {
    const result = await work(lock);
    if (kind === 'exclusive') {
      await store.compact().catch((error: unknown) => context.env.log.warn(`${store.root}: ${messageOf(error)}`));
    }
    return result;
  } finally {
    await lock.release();
  }
}
