// The tables that people read.

import { type Result, ratio, timesAsFast } from './results.js';
import type { Verdict } from './targets.js';

type Row = readonly string[];

const HEAD: Row = ['set', 'direction', 'payload', 'up', 'down', 'ratio', 'seconds', 'mpremote', 'times as fast'];

/** Columns of text; the rest are figures, and stand to the right. */
const TEXT_COLUMNS = 2;

/** @returns a table for each board and speed */
export function resultTables(results: readonly Result[]): string {
  const sections = new Map<string, Result[]>();
  for (const result of results) {
    const title = `${result.board}, ${speedText(result.bytesPerSecond)}`;
    sections.set(title, [...(sections.get(title) ?? []), result]);
  }
  return [...sections].map(([title, rows]) => `${title}\n${table([HEAD, ...rows.map(rowOf)])}`).join('\n\n');
}

export function verdictTable(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ title, board, limit, unit, figure, met }) => {
    const wanted = 'atLeast' in limit ? `at least ${limit.atLeast}` : `at most ${limit.atMost.toLocaleString('en-US')}`;
    return [
      `${title}: ${wanted} ${unit}`,
      board,
      unit === 'bytes' ? grouped(figure) : figure.toFixed(3),
      met ? 'met' : 'not met',
    ];
  });
  return table([['target', 'board', 'figure', ''], ...rows]);
}

export function speedText(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? 'no limit' : `${grouped(bytesPerSecond)} B/s each way`;
}

function rowOf(result: Result): Row {
  const { set, direction, payload, up, down, seconds, mpremote } = result;
  const reference = mpremote ? `${mpremote.seconds.toFixed(1)}${mpremote.runs.length === 1 ? ' (1 run)' : ''}` : '–';
  const figures = [grouped(payload), grouped(up), grouped(down), ratio(result).toFixed(3), seconds.toFixed(2)];
  return [set, direction, ...figures, reference, timesAsFast(result)?.toFixed(1) ?? '–'];
}

function table(rows: readonly Row[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: Row) =>
    row.map((text, column) =>
      column < TEXT_COLUMNS ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
    );
  return rows.map((row) => `  ${line(row).join('  ')}`.trimEnd()).join('\n');
}

function grouped(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
