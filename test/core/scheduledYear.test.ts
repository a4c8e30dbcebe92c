// A simulated year of scheduled backups: the runs of some are golden files in test/fixtures/schedules, and all are audited minute by
// minute. After a change that is meant, write the files anew with MPBACKUP_WRITE_GOLDEN=1, and read the difference before you
// commit it.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { USUAL_POLICY } from '../../src/core/plan/retentionPolicy.js';
import { USUAL_SCHEDULE } from '../../src/core/plan/schedule.js';
import { describeSchedule, parseSchedule } from '../../src/core/plan/scheduleRules.js';
import { auditOf, liveAYear, type YearPlan, yearText } from '../support/simulatedYear.js';

const FOLDER = 'test/fixtures/schedules';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const windows = { daily: '12:00', weekly: 'sun 12:00', monthly: '1 12:00' };
const atNight = { quick: 720, session: true, connect: true, daily: '2:30', weekly: 'sun 2:15', monthly: '31 0:00' };

/** Back and forth by hours and days; once by more than a year, as where a battery is flat. */
const WRONG_CLOCK = [
  ...[
    { day: 20, ahead: 3 * HOUR },
    { day: 22, ahead: 0 },
  ],
  ...[
    { day: 60, ahead: -30 * DAY },
    { day: 61, ahead: 0 },
  ],
  ...[
    { day: 120, ahead: 400 * DAY },
    { day: 121, ahead: 0 },
  ],
  ...[
    { day: 200, ahead: -20 * 365 * DAY },
    { day: 203, ahead: -HOUR },
    { day: 230, ahead: 10 * DAY },
    { day: 260, ahead: 0 },
  ],
];

type Example = Omit<YearPlan, 'start' | 'days' | 'schedule'> & { title: string; rules: Record<string, unknown> };

/** By the name of its golden file. */
const EXAMPLES: Record<string, Example> = {
  usual: { title: 'once a day', seed: 1, timeZone: 'Europe/Berlin', rules: {}, clock: [] },
  windows: { title: 'days, weeks and months', seed: 2, timeZone: 'America/New_York', rules: windows, clock: [] },
  'wrong-clock': {
    title: 'days, weeks and months by a clock that is set',
    seed: 3,
    timeZone: 'Asia/Kathmandu',
    rules: windows,
    clock: WRONG_CLOCK,
  },
};

function planOf({ rules, ...rest }: Omit<Example, 'title'>): YearPlan {
  return { ...rest, start: Date.UTC(2027, 8, 1, 5), days: 366, schedule: parseSchedule(rules, USUAL_SCHEDULE) };
}

describe('A year of scheduled backups', function () {
  this.timeout(60_000);

  for (const [name, { title, ...example }] of Object.entries(EXAMPLES))
    it(`P22 P46 with ${title}: every run, and what is left, is as it was`, () => {
      const plan = planOf(example);
      const head = `${describeSchedule(plan.schedule)}; ${plan.timeZone}; ${plan.clock.length} steps of the clock\n\n`;
      const shown = head + yearText(liveAYear(plan));
      const path = join(FOLDER, `${name}.txt`);
      if (process.env.MPBACKUP_WRITE_GOLDEN) writeFileSync(path, shown);
      assert.equal(shown, readFileSync(path, 'utf8').replaceAll('\r\n', '\n'));
    });

  it('P22 P46 has an example for each golden file', () => {
    assert.deepEqual(
      readdirSync(FOLDER).sort(),
      Object.keys(EXAMPLES)
        .map((name) => `${name}.txt`)
        .sort(),
    );
  });

  const audited = [
    { timeZone: 'Europe/Berlin', rules: windows },
    { timeZone: 'Australia/Lord_Howe', rules: atNight },
  ];
  for (const { timeZone, rules } of audited)
    for (const clock of [[], WRONG_CLOCK]) {
      const what = `${describeSchedule(parseSchedule(rules, USUAL_SCHEDULE))}${clock.length > 0 ? ', and the clock is set' : ''}`;
      it(`P22 P46 has each backup that had its chance, and has it once: ${what}`, () => {
        const year = liveAYear(planOf({ seed: 4, timeZone, rules, clock }));
        const { complaints, moments, served } = auditOf(year);
        assert.deepEqual(complaints, []);
        assert.ok(served > moments / 3 && served > 100, `${served} of ${moments}`);
        assert.ok(year.removed > 20);
        for (const origin of ['daily', 'weekly', 'monthly'] as const) {
          const sound = year.kept.filter((item) => item.origin === origin && item.isSound && !item.pinned);
          assert.ok(sound.length <= USUAL_POLICY.origins[origin]);
        }
      });
    }
});
