// How things stand with the schedule of a board, in words: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import type { DueRun, SetOutlook } from '../plan/dueRuns.js';
import { describeSchedule } from '../plan/scheduleRules.js';
import { localTime } from '../text.js';

/**
 * `usual: daily 12:00. Last scheduled one: 2026-11-25 12:00. Due: daily of 2026-11-26 12:00, waits for the board. Next: daily 2026-11-27 12:00.`
 */
export function describeOutlook(outlook: SetOutlook, isConnected: boolean): string {
  return outlookSentences(outlook, isConnected).join(' ');
}

/**
 * The same for where each has a line of its own.
 *
 * @param putOff why a board that is there was left alone, where that is known: a sentence
 */
export function outlookSentences(
  { plan, lastAt, owed, waitsUntil, next }: SetOutlook,
  isConnected: boolean,
  putOff?: string,
): [string, ...string[]] {
  const last = lastAt === undefined ? 'never' : localTime(isoOf(lastAt));
  const why = whyItWaits(waitsUntil, isConnected);
  return [
    `${plan.set === null ? 'usual' : `set "${displayPath(plan.set)}"`}: ${describeSchedule(plan.schedule)}.`,
    `Last scheduled one: ${last}.`,
    ...(owed
      ? [`Due: ${dueText(owed)}${why}.`, ...(isConnected && putOff !== undefined ? [`Put off: ${putOff}`] : [])]
      : []),
    ...(next ? [`Next: ${next.rule} ${localTime(isoOf(next.at))}.`] : []),
  ];
}

function whyItWaits(waitsUntil: number | undefined, isConnected: boolean): string {
  if (!isConnected) return ', waits for the board';
  return waitsUntil === undefined ? '' : `, has failed and is tried again from ${localTime(isoOf(waitsUntil))} on`;
}

function dueText({ origin, serves, missed }: DueRun): string {
  const due = serves.find(({ rule }) => rule === origin)?.due ?? '';
  return `${origin} of ${localTime(due)}${missed > 0 ? `, ${missed} missed before it` : ''}`;
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
