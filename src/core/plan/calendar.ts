// When the daily, weekly and monthly rules of a schedule are due, by the clock on the wall.

import type { Schedule, TimeOfDay } from './schedule.js';
import { instantOf, wallClock, wallDay } from './wallClock.js';

export type CalendarRule = 'daily' | 'weekly' | 'monthly';

/** All moments at which a rule is due, numbered in their order. */
export interface Occurrences {
  /** When that one is. */
  at(number: number): number;
  /** Number of the last one at `now` or before. */
  lastBefore(now: number): number;
}

/** 1 January 1970 was a Thursday. */
const FIRST_WEEKDAY = 4;

/** @returns undefined if the rule is off */
export function occurrencesOf(rule: CalendarRule, schedule: Schedule, timeZone: string): Occurrences | undefined {
  const { daily, weekly, monthly } = schedule;
  if (rule === 'daily') return daily === null ? undefined : everyDay(daily, timeZone);
  if (rule === 'weekly') return weekly === null ? undefined : everyWeek(weekly, timeZone);
  return monthly === null ? undefined : everyMonth(monthly, timeZone);
}

function everyDay(time: TimeOfDay, timeZone: string): Occurrences {
  return counting(
    (number) => instantOf(number, minutesOf(time), timeZone),
    (now) => wallDay(now, timeZone),
  );
}

function everyWeek({ day, time }: { day: number; time: TimeOfDay }, timeZone: string): Occurrences {
  const first = (day - FIRST_WEEKDAY + 7) % 7;
  return counting(
    (number) => instantOf(7 * number + first, minutesOf(time), timeZone),
    (now) => Math.floor((wallDay(now, timeZone) - first) / 7),
  );
}

function everyMonth({ day, time }: { day: number; time: TimeOfDay }, timeZone: string): Occurrences {
  return counting(
    (number) => instantOf(dayOfMonth(number, day), minutesOf(time), timeZone),
    (now) => {
      const date = new Date(wallClock(now, timeZone));
      return 12 * (date.getUTCFullYear() - 1970) + date.getUTCMonth();
    },
  );
}

/** @param month counted from January 1970 @returns the day, or the last one of a month that is shorter; counted from 1 January 1970 */
function dayOfMonth(month: number, day: number): number {
  const last = new Date(Date.UTC(1970, month + 1, 0)).getUTCDate();
  return Date.UTC(1970, month, Math.min(day, last)) / (24 * 60 * 60_000);
}

/** @param near a number that is the one that is looked for, or next to it */
function counting(at: (number: number) => number, near: (now: number) => number): Occurrences {
  return {
    at,
    lastBefore(now) {
      let number = near(now) + 1;
      while (at(number) > now) number -= 1;
      return number;
    },
  };
}

function minutesOf(time: TimeOfDay): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return 60 * hour + minute;
}
