// Which backups are due by a schedule: by example, and compared with a model that goes through time minute by minute.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SCHEDULE_RULES } from '../../src/core/archive/manifest.js';
import { type Asked, dueRuns, outlooks, retryAfterMs } from '../../src/core/plan/dueRuns.js';
import { RULES_BY_RANK, type Schedule } from '../../src/core/plan/schedule.js';
import { NO_SCHEDULE, type SetPlan } from '../../src/core/plan/scheduleRules.js';
import { instantOf, wallClock } from '../../src/core/plan/wallClock.js';
import type { HistoryRecord } from '../../src/core/store/history.js';
import { DueModel, MINUTE } from '../support/dueModel.js';
import { nextDue } from '../support/nextDue.js';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Some change in spring and autumn, at odd times and by half an hour; some never do; one has left out a day. */
const ZONES = [
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC', 'America/Havana'],
  ...['Pacific/Chatham', 'Africa/Casablanca', 'America/St_Johns', 'Pacific/Apia', 'America/Sao_Paulo', 'Asia/Kolkata'],
];

/** A few days before clocks change somewhere, a leap day, the day that Samoa left out, the ends of some months. */
const STARTS = [
  ...['2026-03-07', '2026-03-28', '2026-10-24', '2026-10-31', '2026-04-04', '2026-10-03', '2028-02-27'],
  ...['2011-12-28', '2018-02-16', '2018-11-02', '2026-01-29', '2026-12-29', '2026-02-14', '2026-03-20'],
];

function planOf(schedule: Partial<Schedule>, set: string | null = null): SetPlan {
  return { set, include: null, exclude: null, schedule: { ...NO_SCHEDULE, ...schedule } };
}

function run(at: number, origin: HistoryRecord['origin'], more: Partial<HistoryRecord> = {}): HistoryRecord {
  const time = new Date(at).toISOString();
  return { at: time, operation: 'backup', ok: true, seconds: 1, ...(origin && { origin }), ...more };
}

/** 10 June 2026, a Wednesday. */
const NOON = Date.UTC(2026, 5, 10, 12);

function asked(schedule: Partial<Schedule>, more: Partial<Asked> = {}): Asked {
  const usual = { history: [], now: NOON, timeZone: 'UTC', since: NOON - 400 * DAY };
  return { plans: [planOf(schedule)], ...usual, ...more };
}

function shown(question: Asked): string[] {
  return dueRuns(question).flatMap(({ set, origin, serves, missed }) =>
    [set ?? [], origin, ...serves.map(({ rule, due }) => `${rule}@${due.slice(0, 16)}`), missed].flat().join(' '),
  );
}

describe('What is due by a schedule', () => {
  const cases: ReadonlyArray<readonly [string, Asked, string[]]> = [
    ['is nothing where no rule is on', asked({}), []],
    [
      'is a daily backup at its very minute',
      asked({ daily: '12:00' }, { since: NOON - HOUR }),
      ['daily daily@2026-06-10T12:00 0'],
    ],
    ['is nothing a millisecond before', asked({ daily: '12:00' }, { now: NOON - 1, since: NOON - HOUR }), []],
    [
      'is the newest only of many that were missed',
      asked({ daily: '12:00' }, { now: NOON + HOUR, history: [run(NOON - 10 * DAY, 'daily')] }),
      ['daily daily@2026-06-10T12:00 9'],
    ],
    [
      'is one backup for all rules that are due',
      asked(
        { daily: '12:00', weekly: { day: 3, time: '09:00' }, monthly: { day: 31, time: '00:00' } },
        { since: NOON - 11 * DAY },
      ),
      ['monthly daily@2026-06-10T12:00 weekly@2026-06-10T09:00 monthly@2026-05-31T00:00 11'],
    ],
    ['is nothing that a higher rule has served', asked({ daily: '11:00' }, { history: [run(NOON - 1, 'weekly')] }), []],
    [
      'is what a lower rule, or a person, took a backup for',
      asked({ daily: '11:00' }, { history: [run(NOON - 1, 'session'), run(NOON - 1, 'manual')], since: NOON - DAY }),
      ['daily daily@2026-06-10T11:00 0'],
    ],
    [
      'is what has failed, once it has waited',
      asked({ daily: '11:00' }, { history: [run(NOON - 5 * MINUTE, 'daily', failure())], since: NOON - DAY }),
      ['daily daily@2026-06-10T11:00 0'],
    ],
    [
      'is nothing that has just failed',
      asked({ daily: '11:00' }, { history: [run(NOON - 5 * MINUTE + 1, 'daily', failure())], since: NOON - DAY }),
      [],
    ],
    [
      'is what becomes due after another run has failed',
      asked({ daily: '11:00' }, { history: [run(NOON - 61 * MINUTE, 'weekly', failure())], since: NOON - DAY }),
      ['daily daily@2026-06-10T11:00 0'],
    ],
    [
      'is nothing for an hour after somebody cancelled it',
      asked(
        { daily: '11:00' },
        { history: [run(NOON - 59 * MINUTE, 'daily', failure('cancelled'))], since: NOON - DAY },
      ),
      [],
    ],
    [
      'is nothing from before its first backup',
      asked({ daily: '11:00', connect: true }, { since: NOON - 10 * MINUTE, connectedAt: NOON - HOUR }),
      [],
    ],
    [
      'is each set by itself',
      asked(
        {},
        {
          plans: [planOf({ daily: '12:00' }), planOf({ daily: '11:00' }, 'code')],
          history: [run(NOON, 'daily')],
          since: NOON - DAY,
        },
      ),
      ['code daily daily@2026-06-10T11:00 0'],
    ],
    [
      'is a quick backup only while the board is there',
      asked({ quick: 30 }, { history: [run(NOON - HOUR, 'daily')] }),
      [],
    ],
    [
      'is a quick backup some minutes after the last backup that a rule took',
      asked(
        { quick: 30 },
        { history: [run(NOON - 70 * MINUTE, 'daily'), run(NOON - 1, 'manual')], connectedAt: NOON - 1 },
      ),
      ['quick quick@2026-06-10T11:50 0'],
    ],
    [
      'is a backup at connection',
      asked({ connect: true }, { connectedAt: NOON - 1 }),
      ['connect connect@2026-06-10T11:59 0'],
    ],
    [
      'is a backup after use',
      asked({ session: true }, { sessionEndedAt: NOON - 1 }),
      ['session session@2026-06-10T11:59 0'],
    ],
    [
      'is none after use where somebody has taken one since',
      asked({ session: true }, { sessionEndedAt: NOON - 2, history: [run(NOON - 1, 'manual')] }),
      [],
    ],
  ];
  for (const [what, question, expected] of cases) it(`P46 ${what}`, () => assert.deepEqual(shown(question), expected));

  it('P46 believes nothing that is dated later than now but what it was for', () => {
    const served = (due: number) => ({ scheduled: [{ rule: 'daily' as const, due: new Date(due).toISOString() }] });
    const later = NOON + 20 * DAY;
    // The clock was 20 days ahead, and took backups there.
    const ahead = [run(later, 'daily', served(later)), run(later, 'daily', { ok: false, scheduled: [] })];
    const question = asked({ daily: '12:00' }, { since: NOON - HOUR, history: ahead });
    assert.deepEqual(shown(question), ['daily daily@2026-06-10T12:00 0']);
    // The clock steps back behind a noon that was served: it comes twice, and its backup once.
    const back = { ...question, history: [run(NOON + HOUR, 'daily', served(NOON))], now: NOON + 1 };
    assert.deepEqual(shown(back), []);
    assert.deepEqual(nextDue(back), { set: null, rule: 'daily', at: NOON + DAY });
    // Its first backup is dated in the future: whatever the clock was then, it is backed up now.
    assert.deepEqual(shown(asked({ daily: '12:00' }, { since: NOON + 3650 * DAY })), [
      'daily daily@2026-06-10T12:00 366',
    ]);
    const event = asked({ connect: true }, { connectedAt: NOON + HOUR });
    assert.deepEqual(shown(event), ['connect connect@2026-06-10T13:00 0']);
    const connected = { scheduled: [{ rule: 'connect' as const, due: new Date(NOON + HOUR).toISOString() }] };
    assert.deepEqual(shown({ ...event, history: [run(NOON, 'connect', connected)] }), []);
  });

  it('P46 believes no time that is none', () => {
    for (const ok of [true, false]) {
      const history = [{ ...run(NOON, 'daily', failure()), ok, at: 'yesterday' }];
      assert.deepEqual(shown(asked({ daily: '12:00' }, { since: NOON - HOUR, history })), [
        'daily daily@2026-06-10T12:00 0',
      ]);
    }
  });

  it('tells what comes next, also where a failed one waits', () => {
    const failed = run(NOON - 1, 'daily', failure());
    const question = asked(
      { daily: '11:00', weekly: { day: 4, time: '11:00' } },
      { history: [failed], since: NOON - DAY },
    );
    assert.deepEqual(nextDue(question), { set: null, rule: 'daily', at: NOON - 1 + 5 * MINUTE });
    assert.equal(outlooks(question)[0]?.waitsUntil, NOON - 1 + 5 * MINUTE);
    const fine = { ...question, history: [run(NOON, 'weekly')] };
    assert.deepEqual(nextDue(fine), { set: null, rule: 'weekly', at: NOON + 23 * HOUR });
    assert.equal(nextDue(asked({})), undefined);
  });

  it('waits longer after each failure, but never for more than six hours', () => {
    assert.deepEqual(
      [1, 2, 3, 4, 5, 99].map((failures) => retryAfterMs(failures) / MINUTE),
      [5, 15, 45, 135, 360, 360],
    );
  });

  it('knows all rules that there are, in their order', () => {
    assert.deepEqual(RULES_BY_RANK, [...SCHEDULE_RULES]);
  });

  it('P46 is what somebody comes to who watches the clock on the wall, in every zone', function () {
    this.timeout(60_000);
    fc.assert(
      fc.property(lives(), (life) => live(life)),
      { numRuns: 120 },
    );
  });
});

describe('The clock on the wall', () => {
  const cases: ReadonlyArray<readonly [string, string, string, string]> = [
    ['a time that is jumped over is the moment of the jump', '2026-03-29 02:30', 'Europe/Berlin', '2026-03-29T01:00'],
    ['a time that comes twice is the first of them', '2026-10-25 02:30', 'Europe/Berlin', '2026-10-25T00:30'],
    ['half an hour is jumped over', '2026-10-04 02:15', 'Australia/Lord_Howe', '2026-10-03T15:30'],
    ['half an hour comes twice', '2026-04-05 01:45', 'Australia/Lord_Howe', '2026-04-04T14:45'],
    ['zones are off by quarters of an hour', '2026-06-01 12:00', 'Asia/Kathmandu', '2026-06-01T06:15'],
    ['a whole day is left out', '2011-12-30 12:00', 'Pacific/Apia', '2011-12-30T10:00'],
    ['midnight is jumped over', '2018-11-04 00:00', 'America/Sao_Paulo', '2018-11-04T03:00'],
    ['a zone that nobody knows is UTC', '2026-06-01 12:00', 'Mars/Olympus', '2026-06-01T12:00'],
  ];
  for (const [what, wall, zone, expected] of cases)
    it(`P46 ${what}`, () => {
      const [day = '', time = ''] = wall.split(' ');
      const [hour = 0, minute = 0] = time.split(':').map(Number);
      const instant = instantOf(Date.parse(day) / DAY, 60 * hour + minute, zone);
      assert.equal(new Date(instant).toISOString().slice(0, 16), expected);
      assert.ok(wallClock(instant, zone) >= Date.parse(`${day}T${time}:00Z`));
    });
});

function failure(code = 'port-lost'): Partial<HistoryRecord> {
  return { ok: false, code, scheduled: [] };
}

type Deed = 'run' | 'fail' | 'cancel' | 'manual' | 'quick' | 'connect' | 'disconnect' | 'look';

interface Life {
  zone: string;
  start: number;
  schedules: Schedule[];
  /** Each so many minutes after the one before. */
  deeds: Array<{ after: number; deed: Deed }>;
}

function lives(): fc.Arbitrary<Life> {
  // Around the hours at which clocks change, and any other.
  const hour = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 23 }));
  const two = (number: number) => `${number}`.padStart(2, '0');
  const time = fc.tuple(hour, fc.constantFrom(0, 15, 30, 45, 59)).map(([at, minute]) => `${two(at)}:${two(minute)}`);
  const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 2 });
  const schedule: fc.Arbitrary<Schedule> = fc.record({
    ...{ connect: fc.boolean(), session: fc.boolean(), quick: orNull(fc.constantFrom(1, 7, 30, 240, 1440)) },
    daily: orNull(time),
    weekly: orNull(fc.record({ day: fc.integer({ min: 0, max: 6 }), time })),
    monthly: orNull(fc.record({ day: fc.constantFrom(1, 15, 28, 29, 30, 31), time })),
  });
  const deed = fc.constantFrom<Deed>(
    ...(['run', 'run', 'run', 'look', 'fail', 'manual', 'quick'] as const),
    'cancel',
    'connect',
    'disconnect',
  );
  const after = fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 90 }) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 2_000 }) },
    { weight: 1, arbitrary: fc.constant(15_000) },
  );
  return fc.record({
    zone: fc.constantFrom(...ZONES),
    start: fc
      .tuple(fc.constantFrom(...STARTS), fc.integer({ min: 0, max: 2_879 }))
      .map(([day, minute]) => Date.parse(day) + minute * MINUTE),
    schedules: fc.array(schedule, { minLength: 1, maxLength: 2 }),
    deeds: fc.array(fc.record({ after, deed }), { minLength: 1, maxLength: 24 }),
  });
}

/** Goes through a life, and asks both at every deed. */
function live({ zone, start, schedules, deeds }: Life): void {
  const plans = schedules.map((schedule, at) => planOf(schedule, at === 0 ? null : 'other'));
  const models = plans.map(({ schedule }) => new DueModel(schedule, zone, start));
  const history: HistoryRecord[] = [];
  const when: { connectedAt?: number | undefined; sessionEndedAt?: number } = {};
  let foretold = Number.NEGATIVE_INFINITY;
  let now = start;
  for (const { after, deed } of deeds) {
    for (let minute = 0; minute < after; minute++) {
      now += MINUTE;
      const came = models.flatMap((model) => model.minute(now));
      assert.ok(came.length === 0 || now >= foretold, `${came} came before it was foretold`);
      if (came.length > 0) foretold = Number.NEGATIVE_INFINITY;
    }
    const question = { plans, history, now, timeZone: zone, since: start, ...when };
    const due = dueRuns(question);
    const expected = models.flatMap((model, at) => model.due(plans[at]?.set ?? null, now));
    assert.deepEqual(due, expected, new Date(now).toISOString());
    foretold = nextDue(question)?.at ?? Number.POSITIVE_INFINITY;
    assert.ok(foretold > now);
    if (deed === 'run' || deed === 'fail' || deed === 'cancel')
      for (const { set, origin, serves } of due) {
        const ok = deed === 'run';
        const code = deed === 'cancel' ? 'cancelled' : 'port-lost';
        history.push(run(now, origin, { ok, ...(set && { set }), scheduled: serves, ...(!ok && { code }) }));
        const model = models[plans.findIndex((plan) => plan.set === set)];
        if (ok) model?.good(origin, true);
        else model?.failed(now, code);
      }
    if (deed === 'manual' || deed === 'quick') {
      history.push(run(now, deed));
      models[0]?.good(deed, false);
    }
    if (deed === 'connect') {
      when.connectedAt = now;
      for (const model of models) model.connect(now);
    }
    if (deed === 'disconnect') {
      when.connectedAt = undefined;
      when.sessionEndedAt = now;
      for (const model of models) model.disconnect(now);
    }
    if (deed !== 'look') foretold = nextDue({ ...question, history, ...when })?.at ?? Number.POSITIVE_INFINITY;
  }
}
