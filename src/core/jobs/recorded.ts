// Adds a line to the history of the store for every job: what it was, how it ended, and how long it took. A job that left a board alone because
// its program runs adds none.

import { isBackupError } from '../errors.js';
import type { HistoryRecord, Operation } from '../store/history.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

/** What a job records of itself when it has ended; `ok: false` if it found something wrong. */
export type Account = Omit<HistoryRecord, 'at' | 'operation' | 'ok' | 'seconds'> & { ok?: boolean };

/**
 * @param ofFailure what is recorded of a job that failed, besides its code; null for no line
 * @returns the result with its duration: that of the result itself, if it has one, since a job may have waited for the user
 */
export async function recorded<Result extends object & { seconds?: number }>(
  { env }: JobContext,
  store: Store,
  operation: Operation,
  account: (result: Result) => Account,
  work: () => Promise<Result>,
  ofFailure: (error: unknown) => Account | null = () => ({}),
): Promise<Result & { seconds: number }> {
  const start = env.clock.ticks();
  const seconds = () => (env.clock.ticks() - start) / 1000;
  try {
    const result = await work();
    const whole = { ...result, seconds: result.seconds ?? seconds() };
    await store.note({ operation, ok: true, seconds: whole.seconds, ...account(result) });
    return whole;
  } catch (error) {
    const code = isBackupError(error) ? error.code : 'unexpected';
    // A job that left the board alone has not begun.
    const told = code === 'program-running' ? null : ofFailure(error);
    if (told) await store.note({ operation, ok: false, code, seconds: seconds(), ...told });
    throw error;
  }
}
