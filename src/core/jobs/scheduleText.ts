// How things stand with the schedule of a board, in words: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { DueRun, SetOutlook } from '../plan/dueRuns.js';
import { originName } from '../plan/originText.js';
import { describeSchedule } from '../plan/scheduleRules.js';
import { localTime } from '../text.js';

/**
 * `Backups: daily 12:00. Last scheduled one: 2026-11-25 12:00. Due: daily of 2026-11-26 12:00, waits for the board. Next: daily 2026-11-27 12:00.`
 */
export function describeOutlook(outlook: SetOutlook, isConnected: boolean): string {
  return outlookSentences(outlook, isConnected).join(' ');
}

/**
 * The same for where each has a line of its own.
 *
 * @param putOff why a board that is there was left alone, if that is known: a sentence
 */
export function outlookSentences(
  { plan, lastAt, owed, waitsUntil, next }: SetOutlook,
  isConnected: boolean,
  putOff?: string,
): [string, ...string[]] {
  const last = lastAt === undefined ? t('never') : localTime(isoOf(lastAt));
  const rules = describeSchedule(plan.schedule);
  return [
    plan.set === null ? t('Backups: {0}.', rules) : t('Set "{0}": {1}.', displayPath(plan.set), rules),
    t('Last scheduled one: {0}.', last),
    ...(owed
      ? [
          dueSentence(owed, waitsUntil, isConnected),
          ...(isConnected && putOff !== undefined ? [t('Put off: {0}', putOff)] : []),
        ]
      : []),
    ...(next ? [t('Next: {0} {1}.', originName(next.rule), localTime(isoOf(next.at)))] : []),
  ];
}

function dueSentence({ origin, serves, missed }: DueRun, waitsUntil: number | undefined, isConnected: boolean): string {
  const due = localTime(serves.find(({ rule }) => rule === origin)?.due ?? '');
  const rule = originName(origin);
  const again = waitsUntil === undefined ? undefined : localTime(isoOf(waitsUntil));
  if (missed > 0) {
    if (!isConnected) return t('Due: {0} of {1}, {2} missed before it, waits for the board.', rule, due, missed);
    if (again === undefined) return t('Due: {0} of {1}, {2} missed before it.', rule, due, missed);
    return t(
      'Due: {0} of {1}, {2} missed before it, has failed and is tried again from {3} on.',
      rule,
      due,
      missed,
      again,
    );
  }
  if (!isConnected) return t('Due: {0} of {1}, waits for the board.', rule, due);
  if (again === undefined) return t('Due: {0} of {1}.', rule, due);
  return t('Due: {0} of {1}, has failed and is tried again from {2} on.', rule, due, again);
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
