// What can be said about schedules, how it is read, and what is refused.

import assert from 'node:assert/strict';
import { type BackupError, isBackupError } from '../../src/core/errors.js';
import { USUAL_SCHEDULE } from '../../src/core/plan/schedule.js';
import {
  describeSchedule,
  NO_SCHEDULE,
  parseConfig,
  parseSchedule,
  plansFor,
} from '../../src/core/plan/scheduleRules.js';

/** What makes the sentence and the hint of a refusal. */
function refusal(settings: Record<string, unknown>): string {
  try {
    parseConfig(settings);
  } catch (error) {
    assert.ok(isBackupError(error, 'bad-argument'));
    const { message, hint = '' }: BackupError = error;
    for (const sentence of [message, hint]) assert.match(sentence, /^[A-Z][^\n]*\.$/);
    return `${message} ${hint}`;
  }
  throw new Error(`${JSON.stringify(settings)} is not refused`);
}

const of = (schedule: unknown) => ({ schedule });

describe('A schedule', () => {
  it('is as usual where nothing is said: once a day', () => {
    assert.deepEqual(parseConfig({}).schedule, USUAL_SCHEDULE);
    assert.equal(describeSchedule(USUAL_SCHEDULE), 'daily 12:00');
    assert.equal(describeSchedule(NO_SCHEDULE), 'never');
  });

  it('is read as people write it', () => {
    const written = { connect: true, quick: 30, session: true, daily: '9:05', weekly: 'Sun 12:00', monthly: '31 0:00' };
    assert.deepEqual(parseSchedule(written, USUAL_SCHEDULE), {
      ...{ connect: true, quick: 30, session: true, daily: '09:05' },
      ...{ weekly: { day: 0, time: '12:00' }, monthly: { day: 31, time: '00:00' } },
    });
    for (const weekly of ['saturday 23:59', 'SAT 23:59', ' Saturday  23:59 '])
      assert.deepEqual(parseSchedule({ weekly }, NO_SCHEDULE).weekly, { day: 6, time: '23:59' });
    assert.equal(
      describeSchedule(parseSchedule(written, NO_SCHEDULE)),
      'at connection, every 30 min, after use, daily 09:05, weekly sunday 12:00, monthly 31 00:00',
    );
  });

  it('keeps what is not named, and null and false take away', () => {
    const over = parseSchedule({ quick: 10, weekly: 'mon 8:00', connect: true }, USUAL_SCHEDULE);
    assert.deepEqual(parseSchedule({}, over), over);
    assert.deepEqual(parseSchedule(undefined, over), over);
    assert.deepEqual(parseSchedule({ quick: false, weekly: null, connect: null, daily: false }, over), NO_SCHEDULE);
  });

  const refused: ReadonlyArray<readonly [string, Record<string, unknown>, RegExp]> = [
    ['no time', of({ daily: '25:00' }), /schedule\.daily cannot be "25:00"\. It must be a time, such as "12:00"/],
    ['a minute that is none', of({ daily: '12:60' }), /"12:60"/],
    ['a minute of one digit', of({ daily: '12:5' }), /"12:5"/],
    ['true for a time', of({ daily: true }), /schedule\.daily cannot be true/],
    [
      'no interval',
      of({ quick: 0 }),
      /schedule\.quick cannot be 0\. It must be a whole number of minutes from 1 to 1440/,
    ],
    ['a longer interval than a day', of({ quick: 1441 }), /1441/],
    ['half a minute', of({ quick: 0.5 }), /0\.5/],
    ['an interval as a text', of({ quick: '30' }), /"30"/],
    [
      'a day without a time',
      of({ weekly: 'sunday' }),
      /"sunday"\. It must be a day of the week and a time, such as "sunday 12:00"/,
    ],
    ['a day that is none', of({ weekly: 'someday 12:00' }), /someday/],
    ['two letters of a day', of({ weekly: 'su 12:00' }), /"su 12:00"/],
    ['a word too many', of({ weekly: 'sunday 12:00 sharp' }), /sharp/],
    ['day 0', of({ monthly: '0 12:00' }), /"0 12:00"\. It must be a day of the month and a time, such as "1 12:00"/],
    ['day 32', of({ monthly: '32 12:00' }), /"32 12:00"/],
    ['a number for a switch', of({ connect: 1 }), /schedule\.connect cannot be 1\. It must be true or false/],
    [
      'a rule that does not exist',
      of({ hourly: true }),
      /The rule "hourly" in schedule does not exist\..*The rules are connect, quick, session, daily, weekly, monthly\./,
    ],
    ['a name that every object has', of(JSON.parse('{"__proto__": {}}')), /"__proto__"/],
    ['no object', of('daily'), /schedule cannot be "daily"/],
    ['a list', of([]), /schedule cannot be \[\]/],
    [
      'a wrong rule of a board',
      { boardSchedules: { attic: { daily: 'noon' } } },
      /boardSchedules\."attic"\.daily cannot be "noon"/,
    ],
    ['boards that are none', { boardSchedules: 3 }, /boardSchedules cannot be 3.*"greenhouse"/],
    ['a set that is none', { backupSets: { code: [] } }, /backupSets\."code" cannot be \[\]/],
    ['a set without a name', { backupSets: { '': {} } }, /The name "" in backupSets cannot be used/],
    ['a name that ends in a space', { backupSets: { 'code ': {} } }, /"code "/],
    ['an entry that no set has', { backupSets: { code: { only: ['*.py'] } } }, /"only"/],
    [
      'patterns that are none',
      { backupSets: { code: { include: '*.py' } } },
      /include is not a list of patterns: "\*\.py"/,
    ],
    ['an empty pattern', { backupSets: { code: { exclude: [''] } } }, /exclude is not a list/],
    [
      'a wrong rule of a set',
      { backupSets: { code: { schedule: { quick: -1 } } } },
      /backupSets\."code"\.schedule\.quick cannot be -1/,
    ],
    ['more than anybody reads', of({ daily: 'x'.repeat(5_000) }), /x{50,60}…/],
  ];
  for (const [what, settings, message] of refused)
    it(`is refused with a sentence and an example where it has ${what}`, () =>
      assert.match(refusal(settings), message));
});

describe('The plans for a board', () => {
  const config = parseConfig({
    schedule: { quick: 30 },
    boardSchedules: { Pico: { quick: null }, 'uid:1': { daily: '18:00' } },
    backupSets: { code: { include: ['*.py'], schedule: { weekly: 'sun 1:00' } }, all: {} },
  });

  it('are the usual one and those of all sets, which have no rule but their own', () => {
    const [usual, code, all] = plansFor(config, { name: 'Attic' });
    const { quick, daily } = usual?.schedule ?? NO_SCHEDULE;
    assert.deepEqual([usual?.set, usual?.include, usual?.exclude, quick, daily], [null, null, null, 30, '12:00']);
    assert.deepEqual([code?.set, code?.include, code?.exclude], ['code', ['*.py'], []]);
    assert.deepEqual(code?.schedule, { ...NO_SCHEDULE, weekly: { day: 0, time: '01:00' } });
    assert.deepEqual([all?.set, all?.schedule], ['all', NO_SCHEDULE]);
  });

  it('go by the schedule of its name, or of its id, which counts for more', () => {
    assert.deepEqual(plansFor(config, { name: 'Pico' })[0]?.schedule, USUAL_SCHEDULE);
    const { quick, daily } = plansFor(config, { id: 'uid:1', name: 'Pico' })[0]?.schedule ?? NO_SCHEDULE;
    assert.deepEqual([quick, daily], [30, '18:00']);
  });
});
