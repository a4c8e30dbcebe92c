// What the bench found out, as it is printed, compared with the targets, and written as JSON.

import type { Measured } from './measure.js';

export interface Result {
  board: string;
  /** Of the line, each way; null for as fast as it goes. */
  bytesPerSecond: number | null;
  set: string;
  direction: 'backup' | 'restore';
  payload: number;
  /** Medians; bytes on the line, to the board and from it. */
  up: number;
  down: number;
  seconds: number;
  runs: Measured[];
  /** How mpremote gets to the same end; null where that was not measured. */
  mpremote: { seconds: number; runs: Measured[] } | null;
}

/** Bytes on the line, both ways, for each byte that had to travel. */
export function ratio({ up, down, payload }: Result): number {
  return (up + down) / payload;
}

/** @returns undefined where mpremote was not measured */
export function timesAsFast({ seconds, mpremote }: Result): number | undefined {
  return mpremote ? mpremote.seconds / seconds : undefined;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [lower = Number.NaN, upper = lower] = sorted.slice(Math.ceil(sorted.length / 2) - 1);
  return sorted.length % 2 === 1 ? lower : (lower + upper) / 2;
}
