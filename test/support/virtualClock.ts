// A clock that moves on by itself, to the end of the shortest sleep, when all who use it sleep: hours pass in no time.

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/core/env.js';
import { MORNING } from './builders.js';

export interface VirtualClock extends Clock {
  /** Lets time pass until `work` is settled. @returns what it settles to */
  until<Result>(work: Promise<Result>): Promise<Result>;
  /** Lets so much time pass. */
  pass(ms: number): Promise<void>;
}

export function virtualClock(): VirtualClock {
  let now = 0;
  const sleepers = new Set<{ end: number; wake: () => void }>();

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { end: now + ms, wake };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  async function until<Result>(work: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const settled = work.finally(() => {
      isSettled = true;
    });
    settled.catch(() => undefined);
    for (;;) {
      // In memory, all that can go on without time passing has done so by then.
      await setImmediate();
      if (isSettled) return settled;
      const [next] = [...sleepers].sort((a, b) => a.end - b.end);
      now = Math.max(now, next?.end ?? now);
      next?.wake();
    }
  }

  return {
    now: () => MORNING + now,
    ticks: () => now,
    timeZone: () => 'Europe/Berlin',
    sleep,
    until,
    pass: (ms) => until(sleep(ms)),
  };
}
