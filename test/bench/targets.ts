// What we want of the transfer. A target that is not met fails nothing: it is printed.

import { type Result, ratio, timesAsFast } from './results.js';
import { FIFTY, LOG_GROWN, ONE_CHANGED } from './trials.js';

/** A serial line of 115,200 baud. */
export const SERIAL_LINE = 11_520;

interface Target {
  title: string;
  set: string;
  direction: Result['direction'];
  bytesPerSecond: number | null;
  figure: (result: Result) => number | undefined;
  unit: string;
  limit: { atLeast: number } | { atMost: number };
}

const beside = ({ up, down, payload }: Result) => up + down - payload;
const inAll = ({ up, down }: Result) => up + down;

const fifty = (direction: Result['direction'], bytesPerSecond: number | null) => ({
  set: FIFTY,
  direction,
  bytesPerSecond,
});
const faster = (factor: number) => ({ figure: timesAsFast, unit: 'times as fast', limit: { atLeast: factor } });
const bytes = (share: number) => ({ figure: ratio, unit: 'of the bytes', limit: { atMost: share } });
const onSerialLine = { direction: 'backup', bytesPerSecond: SERIAL_LINE } as const;

const targets: readonly Target[] = [
  { title: 'backup at 11,520 B/s', ...fifty('backup', SERIAL_LINE), ...faster(4) },
  { title: 'restore at 11,520 B/s', ...fifty('restore', SERIAL_LINE), ...faster(4.5) },
  { title: 'backup, no limit', ...fifty('backup', null), ...faster(10) },
  { title: 'restore, no limit', ...fifty('restore', null), ...faster(3) },
  { title: 'backup at 11,520 B/s, compressed', ...fifty('backup', SERIAL_LINE), ...bytes(0.52) },
  { title: 'backup, no limit, raw', ...fifty('backup', null), ...bytes(1.03) },
  { title: 'restore at 11,520 B/s', ...fifty('restore', SERIAL_LINE), ...bytes(0.45) },
  {
    title: 'one changed of 50, beside the file',
    set: ONE_CHANGED,
    ...onSerialLine,
    figure: beside,
    unit: 'bytes',
    limit: { atMost: 6_000 },
  },
  {
    title: 'log of 1 MB grown by 1 kB',
    set: LOG_GROWN,
    ...onSerialLine,
    figure: inAll,
    unit: 'bytes',
    limit: { atMost: 8_000 },
  },
];

/** A target, and what one board made of it. */
export interface Verdict {
  title: string;
  board: string;
  limit: Target['limit'];
  unit: string;
  figure: number;
  met: boolean;
}

/** @returns nothing for targets whose figures were not measured */
export function judge(results: readonly Result[]): Verdict[] {
  return targets.flatMap(({ title, figure, limit, unit, ...of }) =>
    results.flatMap((result) => {
      const isMeant =
        result.set === of.set && result.direction === of.direction && result.bytesPerSecond === of.bytesPerSecond;
      const found = isMeant ? figure(result) : undefined;
      if (found === undefined) return [];
      const met = 'atLeast' in limit ? found >= limit.atLeast : found <= limit.atMost;
      return [{ title, board: result.board, limit, unit, figure: found, met }];
    }),
  );
}
