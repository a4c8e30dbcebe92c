// What there is to say where nothing is wrong with any backup: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import type { BoardHealth } from '../plan/health.js';
import { age, count, localTime } from '../text.js';

/** @returns undefined where no board has a backup */
export function wellSentence(boards: readonly BoardHealth[], now: number): string | undefined {
  const times = boards.flatMap(({ lastGoodAt }) => lastGoodAt ?? []);
  const [only, ...others] = boards;
  if (!only || times.length === 0) return undefined;
  const last = age(new Date(Math.min(...times)).toISOString(), now);
  const who =
    others.length > 0
      ? `${count(boards.length, 'board')}, each backed up ${last} or later`
      : `${displayPath(only.name)} backed up ${last}`;
  const due = boards.flatMap(({ nextDueAt }) => nextDueAt ?? []);
  const next = due.length > 0 ? ` The next is due ${localTime(new Date(Math.min(...due)).toISOString())}.` : '';
  return `All is well: ${who}.${next}`;
}
