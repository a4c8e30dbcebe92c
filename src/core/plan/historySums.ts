// How often jobs succeed, and how long those take.

import type { HistoryRecord, Operation } from '../store/history.js';

export interface OperationSum {
  operation: Operation;
  runs: number;
  succeeded: number;
  /** Of those that succeeded; null if none did. */
  meanSeconds: number | null;
}

/** Neither success nor failure: the user cancelled it, or it was put off because a program ran. */
const UNCOUNTED: ReadonlyArray<string | undefined> = ['cancelled', 'program-running'];

/** @returns one for each operation that ran */
export function sumsOf(history: readonly HistoryRecord[]): OperationSum[] {
  const counted = history.filter(({ code }) => !UNCOUNTED.includes(code));
  const operations = [...new Set(counted.map(({ operation }) => operation))].sort();
  return operations.map((operation) => {
    const runs = counted.filter((record) => record.operation === operation);
    const good = runs.filter(({ ok }) => ok);
    const meanSeconds = good.length === 0 ? null : good.reduce((sum, { seconds }) => sum + seconds, 0) / good.length;
    return { operation, runs: runs.length, succeeded: good.length, meanSeconds };
  });
}
