// Which backups of a board are due by themselves, and when the next ones are. The history of the store is all the memory that
// there is: whoever asks, in whichever window or on the command line, comes to the same answer.
//
// A rule of the calendar is due at its moments, the others when something happens. Of moments that passed without a backup
// only the newest is made up for. A run that failed is due again after a while.

import type { ScheduleRule } from '../archive/manifest.js';
import type { HistoryRecord } from '../store/history.js';
import { type CalendarRule, type Occurrences, occurrencesOf } from './calendar.js';
import { RULES_BY_RANK, rankOf } from './schedule.js';
import type { SetPlan } from './scheduleRules.js';

export interface Asked {
  plans: readonly SetPlan[];
  /** Of this board, oldest first. */
  history: readonly HistoryRecord[];
  /** Milliseconds since 1970, as all times here. */
  now: number;
  timeZone: string;
  /** Its first backup: nothing is owed from before. */
  since: number;
  /** Since when it is connected; absent while it is away. */
  connectedAt?: number | undefined;
  /** When it was last used and then unplugged, or its window closed. */
  sessionEndedAt?: number | undefined;
}

/** One backup that is due. */
export interface DueRun {
  set: string | null;
  /** The highest of the rules that it serves. */
  origin: ScheduleRule;
  /** `due`: ISO 8601 in UTC. */
  serves: Array<{ rule: ScheduleRule; due: string }>;
  /** Moments of these rules before those, for which there is no backup and none will be made. No more than {@link MOST_MISSED} of each. */
  missed: number;
}

/** How things stand with one set of a board. */
export interface SetOutlook {
  plan: SetPlan;
  /** When the last good scheduled backup of it ended. */
  lastAt: number | undefined;
  /** What is due; also if it waits, because it has failed. */
  owed: DueRun | undefined;
  /** If it waits: until when. */
  waitsUntil: number | undefined;
  /** What becomes due next, after now. */
  next: { rule: ScheduleRule; at: number } | undefined;
}

const MOST_MISSED = 366;

const MINUTE_MS = 60_000;

/** One for each set at the most. */
export function dueRuns(asked: Asked): DueRun[] {
  return outlooks(asked).flatMap(({ owed, waitsUntil }) => (owed && waitsUntil === undefined ? [owed] : []));
}

/** After so many failures in a row: 5 minutes at first, then longer, up to 6 hours. */
export function retryAfterMs(failures: number): number {
  return Math.min(5 * 3 ** (Math.max(1, failures) - 1), 6 * 60) * MINUTE_MS;
}

/** How each set stands, in the order of the plans. */
export function outlooks(asked: Asked): SetOutlook[] {
  return asked.plans.map((plan) => outlookOf(plan, asked));
}

function outlookOf(plan: SetPlan, asked: Asked): SetOutlook {
  const past = pastOf(plan, asked);
  const standings = RULES_BY_RANK.flatMap((rule) => standingOf(rule, plan, asked, past) ?? []);
  const owed = owedBy(standings, plan);
  const retry = owed && retryAt(standings, asked, past);
  const coming = standings.flatMap(({ rule, next }) => (next === undefined ? [] : [{ rule, at: next }]));
  if (owed && retry !== undefined) coming.push({ rule: owed.origin, at: retry });
  const next = coming.reduce<(typeof coming)[number] | undefined>(
    (first, one) => (!first || isBefore(one, first) ? one : first),
    undefined,
  );
  return { plan, lastAt: past.goodAt('quick'), owed, waitsUntil: retry, next };
}

/** Of two at one moment, the higher rule gives the run its name. */
function isBefore(one: { rule: ScheduleRule; at: number }, other: { rule: ScheduleRule; at: number }): boolean {
  return one.at < other.at || (one.at === other.at && rankOf(one.rule) > rankOf(other.rule));
}

/** How one rule of a set stands. */
interface Standing {
  rule: ScheduleRule;
  /** The moment for which there is no backup. */
  owed: number | undefined;
  missed: number;
  next: number | undefined;
}

function owedBy(standings: readonly Standing[], { set }: SetPlan): DueRun | undefined {
  const open = standings.flatMap(({ rule, owed, missed }) => (owed === undefined ? [] : [{ rule, owed, missed }]));
  const highest = open.at(-1);
  if (!highest) return undefined;
  return {
    set,
    origin: highest.rule,
    serves: open.map(({ rule, owed }) => ({ rule, due: new Date(owed).toISOString() })),
    missed: open.reduce((sum, { missed }) => sum + missed, 0),
  };
}

/** What the history tells of a set. */
interface Past {
  records: readonly HistoryRecord[];
  /** When the last good backup for this rule, or for a higher one, ended: at `now` or before. What is dated later proves nothing (P46). */
  goodAt(rule: ScheduleRule): number | undefined;
  /** When the last good backup ended, whatever it was taken for. */
  anyAt: number | undefined;
  /** Whether there is a good backup for that very moment, whenever it was taken. */
  served(rule: ScheduleRule, due: number): boolean;
}

function pastOf({ set }: SetPlan, { history, now }: Asked): Past {
  const records = history.filter((record) => record.operation === 'backup' && (record.set ?? null) === set);
  const served = new Set<string>();
  /** By the rank of what it was taken for. */
  const latest = new Map<number, number>();
  let anyAt: number | undefined;
  for (const { ok, at, origin, scheduled = [] } of records) {
    if (!ok) continue;
    for (const { rule, due } of scheduled) served.add(`${rule} ${due}`);
    const ended = Date.parse(at);
    // Nor does a time that is none, which somebody has written there.
    if (!(ended <= now)) continue;
    latest.set(rankOf(origin), Math.max(ended, latest.get(rankOf(origin)) ?? ended));
    if (origin !== 'safety') anyAt = Math.max(ended, anyAt ?? ended);
  }
  return {
    records,
    anyAt,
    goodAt(rule) {
      const times = [...latest].flatMap(([rank, at]) => (rank >= rankOf(rule) ? [at] : []));
      return times.length > 0 ? Math.max(...times) : undefined;
    },
    served: (rule, due) => served.has(`${rule} ${new Date(due).toISOString()}`),
  };
}

/** @returns undefined if the rule is off */
function standingOf(rule: ScheduleRule, { schedule }: SetPlan, asked: Asked, past: Past): Standing | undefined {
  if (rule === 'quick') return schedule.quick === null ? undefined : quickly(schedule.quick, asked, past);
  if (rule === 'connect')
    return schedule.connect ? afterEvent(rule, asked.connectedAt, asked, past, past.goodAt(rule)) : undefined;
  if (rule === 'session')
    return schedule.session ? afterEvent(rule, asked.sessionEndedAt, asked, past, past.anyAt) : undefined;
  const occurrences = occurrencesOf(rule, schedule, asked.timeZone);
  return occurrences && byCalendar(rule, occurrences, asked, past);
}

/** A time that lies ahead was told by a clock that has stepped back since: it says nothing. */
function sinceOf({ since, now }: Asked): number {
  return since <= now ? since : Number.NEGATIVE_INFINITY;
}

function byCalendar(rule: CalendarRule, occurrences: Occurrences, asked: Asked, past: Past): Standing {
  const number = occurrences.lastBefore(asked.now);
  const due = occurrences.at(number);
  const from = Math.max(sinceOf(asked), past.goodAt(rule) ?? Number.NEGATIVE_INFINITY);
  // A backup at that very moment serves it; one that was the first of the board is older than any debt.
  const isOwed =
    due > sinceOf(asked) && due > (past.goodAt(rule) ?? Number.NEGATIVE_INFINITY) && !past.served(rule, due);
  let missed = 0;
  for (let back = number - 1; isOwed && missed < MOST_MISSED && number - back <= MOST_MISSED; back -= 1) {
    const earlier = occurrences.at(back);
    if (earlier <= from) break;
    if (earlier < due && !past.served(rule, earlier)) missed += 1;
  }
  let coming = number + 1;
  while (past.served(rule, occurrences.at(coming))) coming += 1;
  return { rule, owed: isOwed ? due : undefined, missed, next: occurrences.at(coming) };
}

/** Counted from the last backup, and only while the board is there: what was not taken while it was away is not missed. */
function quickly(minutes: number, asked: Asked, past: Past): Standing {
  const { now, connectedAt } = asked;
  if (connectedAt === undefined) return { rule: 'quick', owed: undefined, missed: 0, next: undefined };
  const every = minutes * MINUTE_MS;
  // If not even the first backup has a time that can be believed, it is time for one.
  const last = past.goodAt('quick') ?? (asked.since <= now ? asked.since : now - every);
  const passed = Math.floor((now - last) / every);
  const due = last + passed * every;
  const isOwed = passed > 0 && !past.served('quick', due);
  return { rule: 'quick', owed: isOwed ? due : undefined, missed: 0, next: due + every };
}

/** What has happened has happened, also if the clock has stepped back to before it since. */
function afterEvent(
  rule: 'connect' | 'session',
  event: number | undefined,
  asked: Asked,
  past: Past,
  lastAt: number | undefined,
): Standing {
  const isOwed =
    event !== undefined &&
    event > sinceOf(asked) &&
    (lastAt === undefined || event > lastAt) &&
    !past.served(rule, event);
  return { rule, owed: isOwed ? event : undefined, missed: 0, next: undefined };
}

/** How long to wait at least if somebody has cancelled a run: they have other things to do. */
const AFTER_CANCEL_MS = 60 * MINUTE_MS;

/**
 * A run that fails is not tried at once again and again. What becomes due meanwhile does not wait for that, but for quick
 * backups: they would come every time.
 *
 * @returns undefined if nothing has to wait
 */
function retryAt(standings: readonly Standing[], { now }: Asked, { records }: Past): number | undefined {
  const runs = records.filter(({ scheduled }) => scheduled !== undefined);
  const failures = runs.slice(runs.findLastIndex(({ ok }) => ok) + 1);
  const last = failures.at(-1);
  if (!last) return undefined;
  const failedAt = Date.parse(last.at);
  const least = last.code === 'cancelled' ? AFTER_CANCEL_MS : 0;
  const at = failedAt + Math.max(least, retryAfterMs(failures.length));
  const isNew = standings.some(({ rule, owed }) => rule !== 'quick' && owed !== undefined && owed > failedAt);
  // A failure that lies ahead was told by a clock that has stepped back.
  return !(failedAt <= now) || at <= now || isNew ? undefined : at;
}
