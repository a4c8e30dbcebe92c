// Every job that works on a store leaves one line in its history: what it was, how it ended, and how long it took. One that left a
// board alone whose program runs leaves none.

import { isBackupError } from '../errors.js';
import type { HistoryRecord, Operation } from '../store/history.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

/** What a job tells of itself when it has ended; also that it found what should not be. */
export type Account = Omit<HistoryRecord, 'at' | 'operation' | 'ok' | 'seconds'> & { ok?: boolean };

/**
 * @param ofFailure what is told of a job that failed, besides its code; null if it leaves no line
 * @returns the result, with the seconds that it took; those that a job tells itself count: it may have waited for somebody
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
    // One that left a board alone was put off, as was wished, and has not begun.
    const told = code === 'program-running' ? null : ofFailure(error);
    if (told) await store.note({ operation, ok: false, code, seconds: seconds(), ...told });
    throw error;
  }
}
