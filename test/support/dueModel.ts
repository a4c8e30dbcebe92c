// What is due, decided a second time: by going through time minute by minute, with a clock on the wall that is read off, and
// remembering what came up. What the plan, which remembers nothing, is compared with.

import type { ScheduleRule } from '../../src/core/archive/manifest.js';
import type { DueRun } from '../../src/core/plan/dueRuns.js';
import type { Schedule } from '../../src/core/plan/schedule.js';

export const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
const SLOT = 15 * MINUTE;
const RANKS: ScheduleRule[] = ['quick', 'connect', 'session', 'daily', 'weekly', 'monthly'];
const WAITS = [5, 15, 45, 135, 360];

const offsets = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** Minutes since 1970 as the clock on the wall shows them: by the name of the zone, such as `GMT+05:45`. Zones change at quarters of an hour. */
export function shownMinutes(instant: number, timeZone: string): number {
  const slot = Math.floor(instant / SLOT);
  const known = offsets.get(timeZone) ?? new Map<number, number>();
  offsets.set(timeZone, known);
  const offset = known.get(slot) ?? offsetByName(slot * SLOT, timeZone);
  known.set(slot, offset);
  return instant / MINUTE + offset;
}

function offsetByName(instant: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', hour: 'numeric' });
  formats.set(timeZone, format);
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes));
}

interface CalendarCourse {
  rule: 'daily' | 'weekly' | 'monthly';
  time: number;
  isOn(day: Date): boolean;
}

function coursesOf({ daily, weekly, monthly }: Schedule): CalendarCourse[] {
  const minutes = (time: string) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3));
  const isLast = (day: Date) => new Date(day.getTime() + DAY_MINUTES * MINUTE).getUTCDate() === 1;
  return [
    ...(daily ? [{ rule: 'daily' as const, time: minutes(daily), isOn: () => true }] : []),
    ...(weekly
      ? [{ rule: 'weekly' as const, time: minutes(weekly.time), isOn: (day: Date) => day.getUTCDay() === weekly.day }]
      : []),
    ...(monthly
      ? [
          {
            rule: 'monthly' as const,
            time: minutes(monthly.time),
            isOn: (day: Date) => day.getUTCDate() === monthly.day || (isLast(day) && day.getUTCDate() < monthly.day),
          },
        ]
      : []),
  ];
}

/** Watches the clock on the wall: which rules of the calendar come up at this minute. */
export class Watcher {
  /** By rule: the day whose time comes next. */
  readonly #awaited = new Map<string, number>();
  readonly #courses: CalendarCourse[];

  constructor(
    schedule: Schedule,
    readonly timeZone: string,
    start: number,
  ) {
    this.#courses = coursesOf(schedule);
    const shown = shownMinutes(start, timeZone);
    for (const { rule, time } of this.#courses) {
      const today = Math.floor(shown / DAY_MINUTES);
      this.#awaited.set(rule, shown >= today * DAY_MINUTES + time ? today + 1 : today);
    }
  }

  /** To be asked for each minute in turn. */
  comingUp(instant: number): CalendarCourse['rule'][] {
    const shown = shownMinutes(instant, this.timeZone);
    return this.#courses.flatMap(({ rule, time, isOn }) => {
      let comes = false;
      let day = this.#awaited.get(rule) ?? 0;
      for (; shown >= day * DAY_MINUTES + time; day++) comes ||= isOn(new Date(day * DAY_MINUTES * MINUTE));
      this.#awaited.set(rule, day);
      return comes ? [rule] : [];
    });
  }
}

/** One set of one board, from its first backup on. */
export class DueModel {
  readonly #owed = new Map<ScheduleRule, { due: number; missed: number }>();
  readonly #watcher: Watcher;
  #connectedAt: number | undefined;
  #sinceGood = 0;
  #quickDue: number | undefined;
  #failures: Array<{ at: number; wait: number }> = [];

  constructor(
    readonly schedule: Schedule,
    timeZone: string,
    start: number,
  ) {
    this.#watcher = new Watcher(schedule, timeZone, start);
  }

  /** @returns the rules of the calendar that came up */
  minute(now: number): ScheduleRule[] {
    const rules = this.#watcher.comingUp(now);
    for (const rule of rules) {
      const before = this.#owed.get(rule);
      this.#owed.set(rule, { due: now, missed: before ? before.missed + 1 : 0 });
    }
    this.#sinceGood += 1;
    const { quick } = this.schedule;
    if (quick !== null && this.#sinceGood % quick === 0) this.#quickDue = now;
    return rules;
  }

  connect(now: number): void {
    this.#connectedAt = now;
    if (this.schedule.connect) this.#owed.set('connect', { due: now, missed: 0 });
  }

  disconnect(now: number): void {
    this.#connectedAt = undefined;
    // Nobody knows any more when it came; it counts again when it comes back.
    this.#owed.delete('connect');
    if (this.schedule.session) this.#owed.set('session', { due: now, missed: 0 });
  }

  good(origin: ScheduleRule | 'manual', isScheduled: boolean): void {
    if (isScheduled) this.#failures = [];
    this.#owed.delete('session');
    if (origin === 'manual') return;
    for (const rule of RANKS.slice(0, RANKS.indexOf(origin) + 1)) this.#owed.delete(rule);
    this.#quickDue = undefined;
    this.#sinceGood = 0;
  }

  failed(now: number, code: string): void {
    const wait = WAITS[Math.min(this.#failures.length, WAITS.length - 1)] ?? 0;
    this.#failures.push({ at: now, wait: code === 'cancelled' ? Math.max(60, wait) : wait });
  }

  due(set: string | null, now: number): DueRun[] {
    const isThere = this.#connectedAt !== undefined;
    const quick =
      isThere && this.#quickDue !== undefined ? [['quick', { due: this.#quickDue, missed: 0 }] as const] : [];
    const all = [...quick, ...this.#owed].sort(([one], [other]) => RANKS.indexOf(one) - RANKS.indexOf(other));
    const [highest] = all.at(-1) ?? [];
    const last = this.#failures.at(-1);
    const waits = last && now < last.at + last.wait * MINUTE;
    if (!highest || (waits && !all.some(([rule, { due }]) => rule !== 'quick' && due > last.at))) return [];
    const serves = all.map(([rule, { due }]) => ({ rule, due: new Date(due).toISOString() }));
    return [{ set, origin: highest, serves, missed: all.reduce((sum, [, { missed }]) => sum + missed, 0) }];
  }
}
