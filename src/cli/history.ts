import { displayPath } from '../core/paths.js';
import { sumsOf } from '../core/plan/historySums.js';
import type { HistoryRecord } from '../core/store/history.js';
import { bytes, count, localTime, timeTaken } from '../core/text.js';
import { STORE_USAGE, storeOption, storeWithoutKey } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

/** Records that are shown; `--json` has all. */
const SHOWN = 20;

export const historyVerb: Verb = {
  usage: STORE_USAGE,
  summary: 'Show what was done with the backups, how often it succeeded, and how long it took',
  options: storeOption,
  async run(call) {
    takeArguments(call, 0);
    const store = await storeWithoutKey(call);
    const history = await store.history();
    const sums = sumsOf(history);
    const shown = history.slice(-SHOWN).reverse();
    const width = Math.max(0, ...[...shown, ...sums].map(({ operation }) => operation.length));
    const rows = sums.map(({ operation, runs, succeeded, meanSeconds }) => {
      const rate = `${succeeded} of ${runs} succeeded`;
      return `${operation.padEnd(width)}  ${rate}${meanSeconds === null ? '' : `, ${timeTaken(meanSeconds)} on average`}`;
    });
    const time = Math.max(0, ...shown.map(({ seconds }) => timeTaken(seconds).length));
    const lines = shown.map((record) => lineOf(record, { operation: width, time }));
    const text = history.length === 0 ? 'Nothing has been recorded yet.' : [...lines, '', ...rows].join('\n');
    call.output.result({ history, sums }, text);
    return 0;
  },
};

function lineOf(record: HistoryRecord, widths: { operation: number; time: number }): string {
  const { at, operation, ok, code, seconds, board, kind, backups, bytes: size } = record;
  return [
    localTime(at),
    operation.padEnd(widths.operation),
    ok ? 'done  ' : 'failed',
    timeTaken(seconds).padStart(widths.time),
    ...(board ? [displayPath(board.name)] : []),
    ...(kind
      ? [kind]
      : backups
        ? [count(backups, 'backup')]
        : backups === 0 && operation === 'backup'
          ? ['unchanged']
          : []),
    ...(size ? [bytes(size)] : []),
    ...(code ? [code] : []),
  ].join('  ');
}
