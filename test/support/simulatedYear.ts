// A year of scheduled backups in no time: a computer that sleeps and is switched off, a board that comes and goes and has its own
// programs to run, a clock that is set, and backups that fail. What asks is the plan; what is asked here is luck with a seed.

import assert from 'node:assert/strict';
import { type Asked, dueRuns } from '../../src/core/plan/dueRuns.js';
import { needsItsOwn } from '../../src/core/plan/needsItsOwn.js';
import { planRetention } from '../../src/core/plan/retention.js';
import type { RetentionItem } from '../../src/core/plan/retentionItem.js';
import { USUAL_POLICY } from '../../src/core/plan/retentionPolicy.js';
import { rankOf, type Schedule } from '../../src/core/plan/schedule.js';
import type { HistoryRecord } from '../../src/core/store/history.js';
import { hashOf } from './builders.js';
import { MINUTE, shownMinutes, Watcher } from './dueModel.js';
import { nextDue } from './nextDue.js';
import { retentionModel } from './retentionModel.js';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How often is looked again while something is put off, and the board is there. */
const POLL = 10 * MINUTE;

export interface YearPlan {
  seed: number;
  /** By true time. */
  start: number;
  days: number;
  timeZone: string;
  schedule: Schedule;
  /** From a day on, the clock is so far ahead of true time; until then it is right. */
  clock: ReadonlyArray<{ day: number; ahead: number }>;
}

/** A run, as the clock had it when it ended. */
export interface YearRun extends HistoryRecord {
  missed: number;
  /** True time. */
  trueAt: number;
}

export interface Year {
  plan: YearPlan;
  runs: YearRun[];
  kept: RetentionItem[];
  /** Backups that were added, and removed by retention. */
  added: number;
  removed: number;
  world: World;
}

/** What is so at a moment of true time. */
interface World {
  awake: Stretches;
  connected: Stretches;
  running: Stretches;
}

/** Begins with `isOn` being false, and turns with each of these times. */
type Stretches = readonly number[];

function isOn(stretches: Stretches, time: number): boolean {
  let turns = 0;
  while ((stretches[turns] ?? Number.POSITIVE_INFINITY) <= time) turns += 1;
  return turns % 2 === 1;
}

/** The same numbers for the same seed: mulberry32. */
export function luckOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function worldOf({ start, days }: YearPlan, luck: () => number): World {
  const between = (least: number, most: number) => Math.round((least + luck() * (most - least)) / MINUTE) * MINUTE;
  const stretches = (on: () => number, off: () => number): Stretches => {
    const turns = [start];
    for (let at = start; at < start + days * DAY; ) {
      at += turns.length % 2 === 1 ? on() : off();
      turns.push(at);
    }
    return turns;
  };
  const holiday = () => luck() < 0.02;
  return {
    awake: stretches(
      () => between(HOUR, 14 * HOUR),
      () => (holiday() ? between(5 * DAY, 40 * DAY) : between(HOUR, 20 * HOUR)),
    ),
    connected: stretches(
      () => between(HOUR, 90 * HOUR),
      () => between(10 * MINUTE, 50 * HOUR),
    ),
    running: stretches(
      () => between(MINUTE, 9 * HOUR),
      () => between(30 * MINUTE, 20 * HOUR),
    ),
  };
}

export function clockAt({ start, clock }: YearPlan, trueTime: number): number {
  const ahead = clock.findLast(({ day }) => trueTime >= start + day * DAY)?.ahead ?? 0;
  return trueTime + ahead;
}

export function liveAYear(plan: YearPlan): Year {
  const luck = luckOf(plan.seed);
  const world = worldOf(plan, luck);
  const steps = plan.clock.map(({ day }) => plan.start + day * DAY);
  const boundaries = [...world.awake, ...world.connected, ...world.running, ...steps].sort((a, b) => a - b);
  const end = plan.start + plan.days * DAY;
  const history: HistoryRecord[] = [];
  const runs: YearRun[] = [];
  let items: RetentionItem[] = [];
  let state = 0;
  let [sequence, added, removed] = [0, 0, 0];
  const when: { connectedAt?: number | undefined; sessionEndedAt?: number } = {};

  function add(origin: RetentionItem['origin'], now: number): void {
    sequence += 1;
    added += 1;
    const content = hashOf(Buffer.from(`${state}`));
    const item = { id: `${sequence}`, sequence, createdAt: new Date(now).toISOString(), origin };
    items.push({
      ...item,
      pinned: luck() < 0.01,
      isSound: luck() > 0.01,
      overhead: 10,
      contents: new Map([[content, 100]]),
    });
    const { keep, remove } = planRetention(items, USUAL_POLICY, now);
    const model = retentionModel(items, USUAL_POLICY, now);
    assert.deepEqual([keep.map(({ id }) => id), remove.map(({ id }) => id)], [model.keep, model.remove]);
    items = items.filter(({ id }) => model.keep.includes(id));
    removed += model.remove.length;
  }

  add('manual', plan.start);
  history.push({
    at: new Date(plan.start).toISOString(),
    operation: 'backup',
    ok: true,
    seconds: 1,
    origin: 'manual',
    backups: 1,
  });
  let at = plan.start + MINUTE;
  let wasThere = false;
  for (let turn = 0; at < end; ) {
    const isThere = isOn(world.awake, at) && isOn(world.connected, at);
    // Whoever was away or asleep sees the board come, whenever it came.
    if (isThere && !wasThere) when.connectedAt = clockAt(plan, at);
    if (!isThere && wasThere) {
      when.connectedAt = undefined;
      when.sessionEndedAt = clockAt(plan, at);
    }
    wasThere = isThere;
    while ((boundaries[turn] ?? end) <= at) turn += 1;
    const boundary = boundaries[turn] ?? end;
    if (!isOn(world.awake, at)) {
      at = boundary;
      continue;
    }
    const now = clockAt(plan, at);
    const asked: Asked = {
      ...{ history, now, timeZone: plan.timeZone, since: plan.start, ...when },
      plans: [{ set: null, include: null, exclude: null, schedule: plan.schedule }],
    };
    const [due] = dueRuns(asked);
    if (due && isThere && !isOn(world.running, at)) {
      at += MINUTE * Math.ceil(3 * luck());
      // A power cut, and a computer that starts anew: of that run, nothing is known.
      if (luck() < 0.02) continue;
      const ok = luck() > 0.06;
      if (luck() < 0.5) state += 1;
      const isNew = ok && (needsItsOwn(due, history) || !items.at(-1)?.contents.has(hashOf(Buffer.from(`${state}`))));
      const ended = clockAt(plan, at);
      const record: HistoryRecord = {
        ...{
          at: new Date(ended).toISOString(),
          operation: 'backup',
          ok,
          seconds: 1,
          origin: due.origin,
          scheduled: due.serves,
        },
        ...(ok ? { backups: isNew ? 1 : 0 } : { code: 'port-lost' }),
      };
      history.push(record);
      runs.push({ ...record, missed: due.missed, trueAt: at });
      if (isNew) add(due.origin, ended);
      continue;
    }
    const next = nextDue(asked);
    const coming = next ? at + next.at - now : end;
    at = Math.min(boundary, coming, due && isThere ? at + POLL : end);
  }
  return { plan, runs, kept: items, added, removed, world };
}

/**
 * Goes through the year once more, minute by minute, and says what is not as it should be: a moment of a rule that had its chance
 * and has no backup, one that has two, one that was made up for too late, or a backup for a moment that never was.
 */
export function auditOf({ plan, runs, world }: Year): { complaints: string[]; moments: number; served: number } {
  const { start, days, schedule, timeZone } = plan;
  const end = start + days * DAY;
  const complaints: string[] = [];
  const good = runs.filter(({ ok }) => ok);
  const keys = good.flatMap(({ scheduled = [] }) => scheduled.map(({ rule, due }) => `${rule} ${due}`));
  for (const key of keys.filter((each, at) => keys.indexOf(each) !== at)) complaints.push(`${key} has two backups`);
  const explicit = new Set(keys);
  const known = new Set<string>();
  let [moments, served] = [0, 0];

  const steps = [start, ...plan.clock.map(({ day }) => start + day * DAY), end];
  for (const [at, from] of steps.slice(0, -1).entries()) {
    const to = steps[at + 1] ?? end;
    const watcher = new Watcher(schedule, timeZone, clockAt(plan, from));
    const open = new Map<string, { due: number; trueAt: number; chance: number; longest: number }>();
    let failures = runs.filter(({ ok, trueAt }) => !ok && trueAt >= from - 7 * HOUR).map(({ trueAt }) => trueAt);
    for (let now = from + MINUTE; now < to; now += MINUTE) {
      for (const rule of watcher.comingUp(clockAt(plan, now))) {
        const before = open.get(rule);
        if (before) close(rule, before, now);
        const due = clockAt(plan, now);
        known.add(`${rule} ${new Date(due).toISOString()}`);
        open.set(rule, { due, trueAt: now, chance: 0, longest: 0 });
      }
      failures = failures.filter((failedAt) => failedAt > now - 7 * HOUR);
      const isFree = isOnAt(world.awake, now) && isOnAt(world.connected, now) && !isOnAt(world.running, now);
      // Somewhat generous: from ten minutes before a failure on, it may be the run that fails, or wait because of it.
      const waits = failures.some((failedAt) => failedAt - 10 * MINUTE <= now);
      for (const moment of open.values()) {
        moment.chance = isFree && !waits ? moment.chance + 1 : 0;
        moment.longest = Math.max(moment.longest, moment.chance);
      }
    }

    function close(rule: string, moment: { due: number; trueAt: number; longest: number }, next: number): void {
      const due = new Date(moment.due).toISOString();
      const own = good.filter(({ trueAt }) => trueAt >= moment.trueAt && trueAt < next);
      const isServed =
        own.some(({ origin }) => rankOf(origin) >= RANK[rule as keyof typeof RANK]) || explicit.has(`${rule} ${due}`);
      moments += 1;
      if (isServed) served += 1;
      if (!isServed && moment.longest >= 30) complaints.push(`${rule} of ${due} had its chance, and has no backup`);
      const late = good.find(
        ({ trueAt, scheduled = [] }) =>
          trueAt > next + 5 * MINUTE && trueAt < to && scheduled.some((each) => each.rule === rule && each.due === due),
      );
      if (late) complaints.push(`${rule} of ${due} was made up for at ${late.at}, when the next was due`);
    }
  }
  for (const key of keys.filter((each) => /^(daily|weekly|monthly) /.test(each) && !known.has(each))) {
    if (!isMoment(key, schedule, timeZone)) complaints.push(`${key} never was`);
  }
  return { complaints, moments, served };
}

const RANK = { daily: 3, weekly: 4, monthly: 5 } as const;

/** Where the clock has stepped over a moment, no minute of the year showed it. */
function isMoment(key: string, schedule: Schedule, timeZone: string): boolean {
  const [rule = '', due = ''] = key.split(' ');
  const instant = Date.parse(due);
  const watcher = new Watcher(schedule, timeZone, instant - MINUTE);
  return watcher.comingUp(instant).some((each) => each === rule);
}

const places = new WeakMap<Stretches, { at: number; turns: number }>();

/** As {@link isOn}, for times that are asked in their order. */
function isOnAt(stretches: Stretches, time: number): boolean {
  const place = places.get(stretches) ?? { at: 0, turns: 0 };
  if (time < place.at) place.turns = 0;
  while ((stretches[place.turns] ?? Number.POSITIVE_INFINITY) <= time) place.turns += 1;
  place.at = time;
  places.set(stretches, place);
  return place.turns % 2 === 1;
}

/** For a golden file: every run by the clock on the wall, and what retention has left at the end. */
export function yearText({ plan, runs, kept, added, removed }: Year): string {
  const shown = (iso: string) =>
    new Date(shownMinutes(Date.parse(iso), plan.timeZone) * MINUTE).toISOString().slice(0, 16).replace('T', ' ');
  const line = ({ at, ok, code, backups, missed, scheduled = [] }: YearRun) => {
    const serves = scheduled.map(({ rule, due }) => `${rule} ${shown(due)}`).join(', ');
    const end = ok ? (backups ? 'done' : 'unchanged') : `failed ${code}`;
    return `${shown(at)}  ${end}: ${serves}${missed > 0 ? `; ${missed} missed` : ''}`;
  };
  const left = kept
    .toReversed()
    .map(({ origin, createdAt, pinned }) => `${shown(createdAt)}  ${origin}${pinned ? ', pinned' : ''}`);
  return [
    ...runs.map(line),
    '',
    `${added} backups, ${removed} of them removed by retention. Left, newest first:`,
    ...left,
    '',
  ].join('\n');
}
