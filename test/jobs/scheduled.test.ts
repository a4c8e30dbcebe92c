// Scheduled backups on a simulated board: what is due is taken once, whoever asks how often; what cannot be taken now is put off, and
// what fails is tried again.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { BackupError, type ErrorCode } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import { type BoardAddress, CLOSING, type JobContext } from '../../src/core/jobs/job.js';
import {
  runDue,
  type ScheduledBoard,
  type ScheduledOptions,
  type ScheduledOutcome,
} from '../../src/core/jobs/scheduled.js';
import { ROOT } from '../../src/core/paths.js';
import { parseConfig } from '../../src/core/plan/scheduleRules.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder, readTree } from '../support/builders.js';
import { type Ended, mpbackup, startMpbackup } from '../support/mpbackup.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Monday, in Berlin. */
const NINE = Date.parse('2026-06-01T09:00:00+02:00');
const scope = { root: ROOT, include: [], exclude: [] };

interface Asking {
  rules?: Record<string, unknown>;
  open?: OpenTransport;
  signal?: AbortSignal;
  env?: Env;
  board?: Partial<ScheduledBoard>;
  options?: Partial<ScheduledOptions>;
}

class Bench {
  now = NINE;
  warnings: string[] = [];
  readonly env: Env;
  readonly open: OpenTransport;
  board = { id: '', name: 'pico' };

  constructor(
    readonly folder: string,
    readonly boards: string,
  ) {
    const real = realEnv();
    const clock = { ...real.clock, now: () => this.now, timeZone: () => 'Europe/Berlin' };
    const log = { ...real.log, warn: (message: string) => void this.warnings.push(message) };
    this.env = { ...real, clock, log };
    this.open = simulatedTransport(boards);
  }

  store(): Promise<Store> {
    return openStore(this.env, join(this.folder, 'store'));
  }

  async firstBackup(): Promise<void> {
    const address = { url: 'sim:pico', open: this.open };
    const { backup: taken } = await backup({ env: this.env }, address, await this.store(), {
      kind: 'auto',
      origin: 'manual',
      scope,
    });
    this.board = { id: taken.board.id, name: taken.board.name };
  }

  write(name: string, content: string): Promise<void> {
    return writeFile(join(this.boards, 'pico', name), content);
  }

  async runDue({
    rules = {},
    open = this.open,
    signal,
    env = this.env,
    board,
    options,
  }: Asking = {}): Promise<ScheduledOutcome[]> {
    const context: JobContext = { env, signal };
    const address: BoardAddress = { url: 'sim:pico', open };
    const usual = { usualScope: scope, fullAfter: 30, ...options };
    return runDue(
      context,
      await openStore(env, join(this.folder, 'store')),
      { ...this.board, ...board, address },
      parseConfig(rules),
      usual,
    );
  }

  async scheduledRecords() {
    const history = await (await this.store()).history();
    return history.filter(({ scheduled }) => scheduled !== undefined);
  }

  async origins(): Promise<string[]> {
    return (await (await this.store()).backupsOf(this.board.id)).map(({ origin }) => origin);
  }
}

/** What became of each run: `daily done`. */
function told(outcomes: readonly ScheduledOutcome[]): string[] {
  return outcomes.map((outcome) => {
    const code = 'error' in outcome && outcome.error instanceof BackupError ? [outcome.error.code] : [];
    return [...(outcome.run.set === null ? [] : [outcome.run.set]), outcome.run.origin, outcome.state, ...code].join(
      ' ',
    );
  });
}

const failing =
  (code: ErrorCode): OpenTransport =>
  () =>
    Promise.reject(new BackupError(code, 'Nothing comes of it.'));

describe('Scheduled backups', function () {
  this.timeout(60_000);

  async function onBench(test: (bench: Bench) => Promise<void>): Promise<void> {
    await inFolder(async (folder) => {
      const boards = join(folder, 'boards');
      await addSimulatedBoard(boards, 'pico', { 'main.py': '', 'log.txt': '1' });
      const bench = new Bench(folder, boards);
      try {
        await bench.firstBackup();
        await test(bench);
      } finally {
        await powerOffSimulated(boards, 'pico');
      }
    });
  }

  it('are taken once when they are due, and what was missed is made up for once', () =>
    onBench(async (bench) => {
      assert.deepEqual(told(await bench.runDue()), []);
      bench.now = NINE + 3 * HOUR;
      await bench.write('log.txt', '12');
      assert.deepEqual(told(await bench.runDue()), ['daily done']);
      assert.deepEqual(told(await bench.runDue()), []);
      bench.now += 10 * DAY + HOUR;
      const [late, ...more] = await bench.runDue();
      assert.deepEqual([late?.state, late?.run.missed, more.length], ['done', 9, 0]);
      assert.deepEqual(told(await bench.runDue()), []);
      const records = await bench.scheduledRecords();
      assert.deepEqual(
        records.map(({ origin, ok, backups, board, scheduled }) => [origin, ok, backups, board?.id, scheduled]),
        [
          ['daily', true, 1, bench.board.id, [{ rule: 'daily', due: '2026-06-01T10:00:00.000Z' }]],
          // Nothing has changed since the daily backup before.
          ['daily', true, 0, bench.board.id, [{ rule: 'daily', due: '2026-06-11T10:00:00.000Z' }]],
        ],
      );
      assert.deepEqual(await bench.origins(), ['daily', 'manual']);
    }));

  it('record a state once more under a higher name, lest the week loses it with the days', () =>
    onBench(async (bench) => {
      const rules = { schedule: { weekly: 'sun 18:00' } };
      bench.now = NINE + 5 * DAY + 4 * HOUR;
      await bench.write('log.txt', '12');
      assert.deepEqual(told(await bench.runDue({ rules })), ['daily done']);
      bench.now = NINE + 6 * DAY + 12 * HOUR;
      assert.deepEqual(told(await bench.runDue({ rules })), ['weekly done']);
      assert.deepEqual(await bench.origins(), ['weekly', 'daily', 'manual']);
      // A week in which nothing has changed stands in the store already; and a daily one is no more than that.
      for (const days of [7.2, 13.5]) {
        bench.now = NINE + days * DAY;
        assert.equal((await bench.runDue({ rules })).length, 1);
      }
      assert.deepEqual(await bench.origins(), ['weekly', 'daily', 'manual']);
    }));

  it('are put off without a trace where nothing is wrong, and are then taken', () =>
    onBench(async (bench) => {
      bench.now = NINE + 4 * HOUR;
      for (const code of ['program-running', 'port-busy', 'port-not-found', 'store-busy'] as const)
        assert.deepEqual(told(await bench.runDue({ open: failing(code) })), [`daily putOff ${code}`]);
      const other = { ...bench.board, id: 'uid:other' };
      await addOther(bench);
      const elsewhere: OpenTransport = (_url, signal) => bench.open('sim:other', signal);
      assert.deepEqual(told(await bench.runDue({ open: elsewhere })), ['daily putOff wrong-board']);
      assert.deepEqual(told(await bench.runDue({ board: other })), []);
      const closing = new AbortController();
      const open: OpenTransport = (url, signal) => {
        closing.abort(CLOSING);
        return bench.open(url, signal);
      };
      assert.deepEqual(told(await bench.runDue({ open, signal: closing.signal })), ['daily putOff cancelled']);
      assert.deepEqual(await bench.scheduledRecords(), []);
      assert.deepEqual(told(await bench.runDue()), ['daily done']);
      await powerOffSimulated(bench.boards, 'other');
    }));

  it('are noted where they fail, and tried again after a while', () =>
    onBench(async (bench) => {
      bench.now = NINE + 4 * HOUR;
      const open = failing('port-lost');
      assert.deepEqual(told(await bench.runDue({ open })), ['daily failed port-lost']);
      assert.deepEqual(told(await bench.runDue()), []);
      bench.now += 5 * 60_000;
      assert.deepEqual(told(await bench.runDue({ open })), ['daily failed port-lost']);
      bench.now += 14 * 60_000;
      assert.deepEqual(told(await bench.runDue()), []);
      bench.now += 60_000;
      const cancelling = new AbortController();
      const cancelled: OpenTransport = (url, signal) => {
        cancelling.abort();
        return bench.open(url, signal);
      };
      assert.deepEqual(told(await bench.runDue({ open: cancelled, signal: cancelling.signal })), [
        'daily failed cancelled',
      ]);
      bench.now += 59 * 60_000;
      assert.deepEqual(told(await bench.runDue()), []);
      bench.now += 60_000;
      assert.deepEqual(told(await bench.runDue()), ['daily done']);
      const records = await bench.scheduledRecords();
      assert.deepEqual(
        records.map(({ ok, code, board, origin }) => [ok, code, board?.name, origin]),
        [
          [false, 'port-lost', 'pico', 'daily'],
          [false, 'port-lost', 'pico', 'daily'],
          [false, 'cancelled', 'pico', 'daily'],
          [true, undefined, 'pico', 'daily'],
        ],
      );
    }));

  it('take each set by itself, and what follows a backup spoils nothing', () =>
    onBench(async (bench) => {
      bench.now = NINE + 4 * HOUR;
      const rules = { backupSets: { code: { include: ['*.py'], schedule: { daily: '10:00', weekly: 'mon 9:30' } } } };
      await bench.write('log.txt', '12');
      const followed: string[] = [];
      const afterBackup = async (id: string) => {
        followed.push(id);
        throw new BackupError('store-failed', 'The disk is tired.');
      };
      assert.deepEqual(told(await bench.runDue({ rules, open: failing('program-running') })), [
        'daily putOff program-running',
        'code weekly putOff program-running',
      ]);
      const outcomes = await bench.runDue({ rules, options: { afterBackup } });
      assert.deepEqual(told(outcomes), ['daily done', 'code weekly done']);
      assert.deepEqual(followed, [bench.board.id, bench.board.id]);
      assert.equal(bench.warnings.filter((warning) => warning.includes('The disk is tired.')).length, 2);
      const store = await bench.store();
      const [code, whole] = await store.backupsOf(bench.board.id);
      assert.ok(code && whole);
      assert.deepEqual([[...(await readTree(store, code)).keys()], code.origin], [['main.py'], 'weekly']);
      assert.deepEqual([...(await readTree(store, whole)).keys()].sort(), ['log.txt', 'main.py']);
      const records = await bench.scheduledRecords();
      assert.deepEqual(
        records.map(({ set, scheduled = [] }) => [set, scheduled.map(({ rule }) => rule)]),
        [
          [undefined, ['daily']],
          ['code', ['daily', 'weekly']],
        ],
      );
      assert.deepEqual(told(await bench.runDue({ rules })), []);
    }));

  it('cover of the usual set what a person backs up by the same patterns, and of a named one nothing that is mounted', () =>
    onBench(async (bench) => {
      bench.now = NINE + 4 * HOUR;
      await bench.write('log.txt', '12');
      const rules = { backupSets: { code: { schedule: { daily: '10:00' } } } };
      assert.deepEqual(told(await bench.runDue({ rules })), ['daily done', 'code daily done']);
      const store = await bench.store();
      const [code, whole] = await store.backupsOf(bench.board.id);
      assert.ok(code && whole);
      assert.deepEqual((await store.readManifest(whole)).scope.exclude, scope.exclude);
      assert.deepEqual((await store.readManifest(code)).scope.exclude, ['/remote']);
    }));

  it('are taken by one only of two who come at once', () =>
    onBench(async (bench) => {
      bench.now = NINE + 4 * HOUR;
      let other: Promise<ScheduledOutcome[]> | undefined;
      const open: OpenTransport = async (url, signal) => {
        // The first one is at work, and will be until the second one has given up.
        other ??= bench.runDue({ open: failing('port-lost') });
        await other;
        return bench.open(url, signal);
      };
      assert.deepEqual(told(await bench.runDue({ open })), ['daily done']);
      assert.deepEqual(told((await other) ?? []), ['daily putOff store-busy']);
      assert.equal((await bench.scheduledRecords()).length, 1);
    }));

  it('are not taken again by one who had to wait for its turn', () =>
    onBench(async (bench) => {
      bench.now = NINE + 4 * HOUR;
      const { clock } = bench.env;
      let first: Promise<ScheduledOutcome[]> | undefined;
      // Pauses between two looks at a lock last until the first one is done; what keeps a lock fresh is slower.
      const sleep = async (ms: number, signal?: AbortSignal) => {
        if (ms > 5_000) return clock.sleep(ms, signal);
        await first;
      };
      const patient = { ...bench.env, clock: { ...clock, ticks: () => 0, sleep } };
      let second: Promise<ScheduledOutcome[]> | undefined;
      const open: OpenTransport = async (url, signal) => {
        const waits = new Promise<void>((resolve) => {
          // Its own file is taken away again where the lock is not to be had: it has seen what is due, and waits.
          const remove = (path: string) => {
            resolve();
            return patient.fs.remove(path);
          };
          const fs = { ...patient.fs, remove };
          second ??= bench.runDue({ env: { ...patient, fs }, open: failing('port-lost') });
        });
        await waits;
        return bench.open(url, signal);
      };
      first = bench.runDue({ open });
      assert.deepEqual(told(await first), ['daily done']);
      assert.deepEqual(told((await second) ?? []), []);
      assert.equal((await bench.scheduledRecords()).length, 1);
    }));

  it('are not owed by a board that nobody has backed up', () =>
    inFolder(async (folder) => {
      const bench = new Bench(folder, join(folder, 'boards'));
      bench.board = { id: 'uid:1', name: 'new' };
      bench.now = NINE + 400 * DAY;
      assert.deepEqual(told(await bench.runDue({ open: failing('port-lost') })), []);
    }));

  it('P40 are taken once by three command lines at once, and told by mpbackup schedule list', () =>
    onBench(async (bench) => {
      const env = {
        ...process.env,
        MPBACKUP_SIMULATED_BOARDS: bench.boards,
        MPBACKUP_STORE: join(bench.folder, 'store'),
      };
      await writeFile(
        join(bench.folder, 'rules.json'),
        '{"schedule": {"daily": "0:00", "weekly": "mon 0:00"}, "retention": {"weekly": 1}}',
      );
      const words = ['--rules', join(bench.folder, 'rules.json'), '--json'];
      const schedule = (...more: string[]) => mpbackup(['schedule', ...more], { env });
      // Its first backup is of a day long gone, by the clock of this test.
      const before = await schedule('list', ...words);
      assert.deepEqual(dueIn(before), ['weekly']);
      await bench.write('new.py', 'print(1)');
      const all = [1, 2, 3].map(() => startMpbackup(['schedule', 'run', ...words], { env }).ended);
      const ended = await Promise.all(all);
      assert.deepEqual(
        ended.map(({ status }) => status),
        [0, 0, 0],
      );
      const done = ended.reduce((sum, { result }) => sum + Number(result.done), 0);
      assert.equal(done, 1, JSON.stringify(ended.map(({ result }) => result)));
      assert.equal((await bench.scheduledRecords()).length, 1);
      assert.deepEqual(dueIn(await schedule('list', ...words)), []);
      // What the rules do not name is kept as is usual: all that a person took.
      const kept = (await (await bench.store()).list()).backups.map(({ origin }) => origin);
      assert.deepEqual(kept, ['weekly', 'manual']);
      assert.match(
        `${(await schedule('list')).stdout}`,
        /^pico {2}sim:pico\n {2}Backups: daily 12:00\. Last scheduled one: .*Next: daily/,
      );
    }));

  it('make the command line fail where one fails, and end well where one is put off', () =>
    onBench(async (bench) => {
      const env = {
        ...process.env,
        MPBACKUP_SIMULATED_BOARDS: bench.boards,
        MPBACKUP_STORE: join(bench.folder, 'store'),
      };
      const run = (...words: string[]) => mpbackup(['schedule', 'run', ...words], { env });
      const away = await run('--board', 'pico=sim:gone', '--json');
      assert.deepEqual([away.status, away.result.putOff, away.result.ok], [0, 1, true]);
      const lost = await run('--board', 'pico=pigeon://coop', '--json');
      assert.deepEqual([lost.status, lost.result.failed, lost.result.ok], [1, 1, false]);
      const unknown = await run('--board', 'nobody', '--json');
      assert.deepEqual([unknown.status, unknown.result.code], [1, 'backup-not-found']);
      const rules = join(bench.folder, 'rules.json');
      for (const [text, sentence] of [
        ['{"schedule": {"daily": "noon"}}', /schedule\.daily cannot be "noon"/],
        ['{"shedule": {}}', /no "shedule"/],
        ['{', /cannot be read/],
        ['[]', /cannot be read/],
        ['{"fullAfter": 0}', /fullAfter cannot be 0/],
      ] as const) {
        await writeFile(rules, text);
        const refused = await run('--rules', rules, '--json');
        assert.deepEqual([refused.status, refused.result.code], [1, 'bad-argument']);
        assert.match(`${refused.result.message}`, sentence);
      }
      assert.deepEqual(
        [(await run('--rules', join(bench.folder, 'none.json'))).status, (await mpbackup(['schedule'])).status],
        [1, 2],
      );
    }));
});

async function addOther({ boards }: Bench): Promise<void> {
  await addSimulatedBoard(boards, 'other', { 'main.py': '' });
}

/** Origins of what `mpbackup schedule list` says is due. */
function dueIn({ result }: Ended): string[] {
  const boards = result.boards as Array<{ sets: Array<{ due: { origin: string } | null }> }>;
  return boards.flatMap(({ sets }) => sets.flatMap(({ due }) => due?.origin ?? []));
}
