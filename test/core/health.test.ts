// What health says: each finding, and that it is quiet where all is well.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BackupError, type ErrorCode } from '../../src/core/errors.js';
import { type HealthAsked, healthOf, needsPerson } from '../../src/core/plan/health.js';
import { NO_SCHEDULE, parseConfig } from '../../src/core/plan/scheduleRules.js';
import type { HistoryRecord } from '../../src/core/store/history.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, MORNING } from '../support/builders.js';

const USUAL = parseConfig({});
const DAY = 86_400_000;
const BOARD = { id: aBoard().id, name: 'pico' };
const iso = (time: number) => new Date(time).toISOString();

function aBackup(at: number, overrides: Partial<BackupSummary> = {}): BackupSummary {
  return {
    ...{ id: `${at}`, archive: `/store/${at}.blb`, board: aBoard(BOARD), kind: 'full', origin: 'daily', sequence: at },
    ...{ createdAt: iso(at), label: null, parent: null, files: 3, bytes: 100_000, stored: 3, storedBytes: 50_000 },
    ...{ errors: 0, note: '', tags: [], pinned: false },
    ...overrides,
  };
}

function aRun(at: number, overrides: Partial<HistoryRecord> = {}): HistoryRecord {
  const scheduled = [{ rule: 'daily' as const, due: iso(at) }];
  return {
    at: iso(at),
    operation: 'backup',
    ok: true,
    seconds: 4,
    board: BOARD,
    origin: 'daily',
    scheduled,
    ...overrides,
  };
}

/** Some backups, newest first, with a run for each. */
function asked(backups: BackupSummary[], overrides: Partial<HealthAsked> = {}): HealthAsked {
  const history = backups.map(({ createdAt }) => aRun(Date.parse(createdAt))).reverse();
  const boards = [{ ...BOARD, url: 'sim:pico' }];
  const unreadable: HealthAsked['unreadable'] = [];
  return { ...{ boards, backups, unreadable, history, config: USUAL, now: MORNING, timeZone: 'UTC' }, ...overrides };
}

/** What was found of the one board. */
function found(question: HealthAsked) {
  return healthOf(question).boards.flatMap(({ findings }) => findings);
}

const kinds = (question: HealthAsked) => found(question).map(({ kind, needsPerson: is }) => (is ? `${kind}!` : kind));
const days = (...ago: number[]) => ago.map((each) => aBackup(MORNING - each * DAY));

describe('Health', () => {
  it('has the figures of each board, of the last 90 days alone', () => {
    const [newest = aBackup(0), ...rest] = days(0.5, 1, 100);
    const backups = [{ ...newest, checkedAt: iso(MORNING - 0.2 * DAY) }, ...rest];
    const question = asked(backups);
    const failed = aRun(MORNING - 2 * DAY, { ok: false, code: 'port-lost', seconds: 60 });
    const [board] = healthOf({
      ...question,
      history: [aRun(MORNING - 95 * DAY, { ok: false }), failed, ...question.history.slice(1)],
    }).boards;
    assert.deepEqual(
      { ...board, findings: [] },
      {
        ...{ ...BOARD, findings: [], lastGoodAt: MORNING - 0.2 * DAY, nextDueAt: Date.UTC(2025, 10, 21, 12) },
        ...{ missed: 0, unverified: 1, successRate: 2 / 3, meanSeconds: 4 },
      },
    );
  });

  it('is overdue where a board is connected and its last backup is older than three periods', () => {
    assert.deepEqual(kinds(asked(days(2.9))), []);
    assert.deepEqual(kinds(asked(days(3.1))), ['overdue!']);
    const weekly = parseConfig({ schedule: { daily: null, weekly: 'sunday 12:00' } });
    assert.deepEqual(kinds(asked(days(20), { config: weekly })), []);
    assert.deepEqual(kinds(asked(days(22), { config: weekly })), ['overdue!']);
    assert.deepEqual(kinds(asked(days(22), { config: { ...USUAL, schedule: NO_SCHEDULE } })), []);
    const [finding] = found(asked(days(5)));
    assert.equal(finding?.sentence, 'pico is connected, and was last backed up 5 days ago.');
    assert.equal(finding?.remedy, 'backup');
  });

  it('lets a board that is away be away, and one that has just come be backed up first', () => {
    assert.deepEqual(kinds(asked(days(20), { boards: [BOARD] })), ['away']);
    const came = (ago: number) => ({ connectedAt: new Map([[BOARD.id, MORNING - ago]]) });
    assert.deepEqual(kinds(asked(days(20), came(60_000))), []);
    assert.deepEqual(kinds(asked(days(20), came(2 * 3_600_000))), ['overdue!']);
  });

  it('tells of three scheduled runs in a row that failed, with the reason of the last', () => {
    const failed = (ago: number, more: Partial<HistoryRecord> = {}) =>
      aRun(MORNING - ago * DAY, { ok: false, code: 'board-silent', ...more });
    const runs = [failed(0.3), failed(0.2), failed(0.1)];
    const history = (...records: HistoryRecord[]) => asked(days(1), { history: [aRun(MORNING - DAY), ...records] });
    assert.deepEqual(kinds(history(...runs.slice(1))), []);
    assert.deepEqual(kinds(history(...runs)), ['failing!']);
    assert.equal(
      found(history(...runs))[0]?.sentence,
      'The last 3 scheduled backups of pico failed: the board did not answer.',
    );
    assert.equal(found(history(...runs))[0]?.remedy, 'diagnose');
    const { scheduled: _, ...byHand } = aRun(MORNING - 0.05 * DAY, { origin: 'manual' });
    assert.deepEqual(kinds(history(...runs, byHand)), []);
    assert.deepEqual(kinds(history(...runs.slice(1), failed(0.05, { code: 'cancelled' }))), []);
    assert.deepEqual(kinds(history(...runs.map((run) => ({ ...run, set: 'gone' })))), []);
    assert.deepEqual(kinds({ ...history(...runs), boards: [BOARD], now: MORNING + 1.5 * DAY }), ['failing!']);
    assert.deepEqual(kinds({ ...history(...runs), boards: [BOARD], now: MORNING + 20 * DAY }), ['away', 'failing']);
    assert.deepEqual(kinds(history(...runs.map((run) => ({ ...run, code: 'unexpected' })))), ['failing!']);
  });

  it('tells of damage, of paths that could not be read, and of backups that nobody has read', () => {
    const verified = (isSound: boolean, ago: number) => ({ verified: { at: iso(MORNING - ago * DAY), isSound } });
    const [newest = aBackup(0), older = aBackup(0)] = days(1, 2);
    assert.deepEqual(kinds(asked([newest, { ...older, ...verified(false, 1) }])), ['damaged!']);
    assert.equal(found(asked([newest, { ...older, ...verified(false, 1) }]))[0]?.remedy, 'repair');
    assert.deepEqual(kinds(asked([{ ...newest, errors: 2 }])), ['incomplete']);
    const old = aBackup(MORNING - 40 * DAY, { checkedAt: iso(MORNING - DAY) });
    assert.deepEqual(kinds(asked([old])), ['unverified']);
    assert.deepEqual(kinds(asked([{ ...old, ...verified(true, 5) }])), []);
    const tested = { ...aRun(MORNING - DAY), operation: 'test-restore' as const };
    assert.deepEqual(kinds(asked([old], { history: [tested] })), []);
  });

  it('tells of a test restore that did not give back what was backed up', () => {
    const test = (code?: string): HistoryRecord => ({
      ...{ at: iso(MORNING - 1000), operation: 'test-restore', ok: code === undefined, seconds: 1, board: BOARD },
      ...(code !== undefined && { code }),
    });
    const told = (...records: HistoryRecord[]) => kinds(asked(days(1), { history: records }));
    assert.deepEqual(told(test('file-changed')), ['test-failed!']);
    assert.deepEqual(told(test('port-failed')), ['test-failed']);
    assert.deepEqual(told(test('file-changed'), test()), []);
    assert.deepEqual(told(test('file-changed'), test('cancelled')), ['test-failed!']);
    // It is noted on the backup, until that is repaired.
    assert.deepEqual(told(test('archive-damaged')), []);
  });

  it('compares the size of the newest backup with what is usual', () => {
    const sized = (...sizes: number[]) =>
      sizes.map((bytes, index) => aBackup(MORNING - (index + 1) * 3600_000, { bytes }));
    assert.deepEqual(kinds(asked(sized(100_000, 100_000, 90_000, 110_000))), []);
    assert.deepEqual(kinds(asked(sized(300_000, 100_000, 90_000, 110_000))), ['growth']);
    assert.deepEqual(kinds(asked(sized(60_000, 10_000, 10_000, 10_000))), []);
    assert.deepEqual(kinds(asked(sized(40_000, 100_000, 90_000, 110_000))), ['shrunk!']);
    assert.deepEqual(kinds(asked(sized(40_000, 100_000, 90_000))), []);
    const quick = { config: { ...USUAL, schedule: NO_SCHEDULE } };
    const later = { ...asked(sized(40_000, 100_000, 90_000, 110_000)), ...quick, now: MORNING + 8 * DAY };
    assert.deepEqual(kinds(later), ['shrunk']);
  });

  it('tells of a disk that is short, and of a clock that was ahead', () => {
    const { findings } = healthOf(asked(days(1), { space: { free: 1e6, trashBytes: 5e6, isShort: true } }));
    assert.deepEqual(
      findings.map(({ kind, remedy }) => [kind, remedy]),
      [['disk-short', 'emptyTrash']],
    );
    const none = healthOf(asked(days(1), { space: { free: 1e6, trashBytes: 0, isShort: true } })).findings;
    assert.deepEqual(
      none.map(({ remedy }) => remedy),
      ['prune'],
    );
    assert.deepEqual(healthOf(asked(days(1), { space: { free: 1e9, trashBytes: 0, isShort: false } })).findings, []);
    const ahead = healthOf(asked(days(-400, 1)));
    assert.deepEqual([ahead.findings[0]?.kind, needsPerson(ahead)], ['clock', false]);
    // None of them is known to be the last good one.
    assert.ok(needsPerson(healthOf(asked(days(-400)))));
  });

  it('tells of archives that cannot be read at all, and leaves those of other keys and later versions alone', () => {
    const unreadable = (codes: ErrorCode[]) =>
      codes.map((code, at) => ({ path: `/store/${at}.blb`, error: new BackupError(code, 'It cannot be read.') }));
    const told = (...codes: ErrorCode[]) => healthOf(asked(days(1), { unreadable: unreadable(codes) }));
    const one = told('archive-damaged', 'key-missing', 'key-wrong', 'archive-unsupported');
    assert.deepEqual(
      one.findings.map(({ kind, needsPerson, sentence }) => [kind, needsPerson, sentence]),
      [['unreadable', true, 'The archive /store/0.blb cannot be read.']],
    );
    const [two] = told('store-failed', 'archive-damaged').findings;
    assert.equal(two?.sentence, '2 archives cannot be read, /store/0.blb among them.');
    assert.deepEqual(told('key-missing').findings, []);
    const nothing = healthOf(asked([], { unreadable: unreadable(['archive-damaged']) }));
    assert.ok(needsPerson(nothing));
  });

  it('needs nobody while backups come as they are due, whatever else happens', () => {
    const times = fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 50_000, max: 90_000 }), fc.boolean(), (gaps, size, isThere) => {
        let at = MORNING;
        const backups = gaps.map((gap, index) => {
          at -= gap * DAY;
          return aBackup(at, { bytes: size + index * 10 });
        });
        const question = asked(backups, { boards: isThere ? [{ ...BOARD, url: 'sim:pico' }] : [BOARD] });
        // Single failures, and those of people, are the business of whoever saw them.
        const failures = backups.map(({ createdAt }) =>
          aRun(Date.parse(createdAt) - 1000, { ok: false, code: 'port-lost' }),
        );
        const history = [...question.history, ...failures].sort((one, other) => (one.at < other.at ? -1 : 1));
        assert.ok(!needsPerson(healthOf({ ...question, history })));
      }),
    );
  });

  it('never gets worse by one more good backup, and never better by time alone', () => {
    const ago = fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { minLength: 1, maxLength: 12 });
    const failing = fc.array(fc.tuple(fc.double({ min: 0, max: 10, noNaN: true }), fc.boolean()), { maxLength: 8 });
    const urgent = (question: HealthAsked) => kinds(question).filter((kind) => kind.endsWith('!'));
    fc.assert(
      fc.property(ago, failing, fc.double({ min: 0, max: 30, noNaN: true }), (ages, runs, wait) => {
        const backups = days(...[...ages].sort((one, other) => one - other));
        const history = [...runs]
          .sort(([one], [other]) => other - one)
          .map(([age, ok]) => aRun(MORNING - age * DAY, { ok, ...(!ok && { code: 'port-lost' }) }));
        const question = asked(backups, { history });
        const before = urgent(question);
        const more = asked([aBackup(MORNING), ...backups], { history: [...history, aRun(MORNING)] });
        assert.deepEqual(urgent(more), []);
        const later = urgent({ ...question, now: MORNING + wait * DAY });
        assert.deepEqual(
          before.filter((kind) => !later.includes(kind)),
          [],
        );
      }),
    );
  });
});
