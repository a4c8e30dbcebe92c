// What there is to say if nothing is wrong with any backup: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { BoardHealth } from '../plan/health.js';
import { age, count, localTime } from '../text.js';

/** @returns undefined if no board has a backup */
export function wellSentence(boards: readonly BoardHealth[], now: number): string | undefined {
  const times = boards.flatMap(({ lastGoodAt }) => lastGoodAt ?? []);
  const [only, ...others] = boards;
  if (!only || times.length === 0) return undefined;
  const last = age(new Date(Math.min(...times)).toISOString(), now);
  const well =
    others.length > 0
      ? t('All is well: {0}, each backed up {1} or later.', count(boards.length, 'board'), last)
      : t('All is well: {0} backed up {1}.', displayPath(only.name), last);
  const due = boards.flatMap(({ nextDueAt }) => nextDueAt ?? []);
  if (due.length === 0) return well;
  return `${well} ${t('The next is due {0}.', localTime(new Date(Math.min(...due)).toISOString()))}`;
}
