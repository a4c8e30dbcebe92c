// How long others may have us wait. Knows nothing of VS Code.

import type { Clock } from '../../core/env.js';

/** For all of them together. */
const LONGEST_WAIT_MS = 3_000;

/**
 * Tells others, and waits for those who ask for that while they are told.
 *
 * @param tell hands them a function that they may call with what is to be waited for
 * @returns false if the time was over first. Never rejects, whatever they do
 */
export async function waitForOthers(
  clock: Pick<Clock, 'sleep'>,
  tell: (waitUntil: (thenable: PromiseLike<unknown>) => void) => void,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const waited: Array<PromiseLike<unknown>> = [];
  let isTold = false;
  tell((thenable) => {
    if (!isTold) waited.push(thenable);
  });
  isTold = true;
  if (waited.length === 0) return true;
  const over = new AbortController();
  const ended = Promise.allSettled(waited).then(() => true);
  const late = clock.sleep(LONGEST_WAIT_MS, AbortSignal.any([over.signal, ...(signal ? [signal] : [])]));
  const isInTime = await Promise.race([ended, late.then(() => signal?.aborted ?? false)]);
  over.abort();
  return isInTime;
}
