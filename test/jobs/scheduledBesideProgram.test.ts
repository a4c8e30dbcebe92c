// P34: a day of scheduled backups beside a program that runs on the board all day. What befell the program is what it wrote down
// itself.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import { runDue, type ScheduledBoard } from '../../src/core/jobs/scheduled.js';
import { ROOT } from '../../src/core/paths.js';
import { parseConfig } from '../../src/core/plan/scheduleRules.js';
import { openStore } from '../../src/core/store/store.js';
import { openConsole } from '../boards/simulatedConsole.js';
import { inFolder } from '../support/builders.js';

const HOUR = 3_600_000;
/** Monday, in Berlin. */
const NINE = Date.parse('2026-06-01T09:00:00+02:00');
const URL = 'sim:pico';
const scope = { root: ROOT, include: [], exclude: [] };
const config = parseConfig({ schedule: { quick: 120, daily: '12:00' } });

/** Counts its starts, its rounds and the Ctrl-C that it gets, and ends when there is a file `end`. */
const program = (round: string) => `
import os, time
def note(name):
  with open(name, "a") as file: file.write("x")
note("starts")
print("on")
while "end" not in os.listdir():
  try:
    while "end" not in os.listdir():
      note("ticks")
      ${round}
  except KeyboardInterrupt:
    note("interrupts")
print("off")
`;

/** A board with a first backup, whose program has been started since; both see the same clock. */
class Bench {
  now = NINE;
  private readonly open;
  private readonly boards: string;
  private board: ScheduledBoard = { id: '', name: '' };

  constructor(private readonly folder: string) {
    this.boards = join(folder, 'boards');
    this.open = simulatedTransport(this.boards);
  }

  async start(main: string): Promise<void> {
    await addSimulatedBoard(this.boards, 'pico', { 'main.py': '' });
    const address = { url: URL, open: this.open };
    const { backup: first } = await backup({ env: this.env }, address, await this.store(), {
      ...{ kind: 'auto', origin: 'manual', scope },
    });
    this.board = { id: first.board.id, name: first.board.name, connectedAt: NINE };
    await this.powerOff();
    await this.write('main.py', main);
    await this.atConsole('on\r\n');
  }

  powerOff(): Promise<void> {
    return powerOffSimulated(this.boards, 'pico');
  }

  /** @returns what became of each run, and what it was for */
  async look(): Promise<string[]> {
    const board = { ...this.board, address: { url: URL, open: this.open } };
    const options = { usualScope: scope, fullAfter: 30 };
    const outcomes = await runDue({ env: this.env }, await this.store(), board, config, options);
    return outcomes.map((outcome) => {
      const rules = outcome.run.serves.map(({ rule }) => rule).join('+');
      const why = 'error' in outcome && isBackupError(outcome.error) ? ` ${outcome.error.code}` : '';
      return `${outcome.run.origin} (${rules}) ${outcome.state}${why}`;
    });
  }

  /** How often the program has noted it. */
  async count(name: 'starts' | 'ticks' | 'interrupts'): Promise<number> {
    return (await readFile(join(this.boards, 'pico', name)).catch(() => '')).length;
  }

  /** What the backups in the history were taken for. */
  async origins(): Promise<Array<string | undefined>> {
    return (await (await this.store()).history()).map(({ origin }) => origin);
  }

  async endProgram(): Promise<void> {
    await this.atConsole('>>> ', () => this.write('end', ''));
  }

  private get env() {
    const real = realEnv();
    return { ...real, clock: { ...real.clock, now: () => this.now, timeZone: () => 'Europe/Berlin' } };
  }

  private store() {
    return openStore(this.env, join(this.folder, 'store'));
  }

  private write(name: string, content: string): Promise<void> {
    return writeFile(join(this.boards, 'pico', name), content);
  }

  private async atConsole(until: string, work = async () => {}): Promise<void> {
    const console = await openConsole(this.open, URL);
    try {
      await work();
      await console.until(until);
    } finally {
      await console.close();
    }
  }
}

/**
 * @param round what the program does all the time
 * @param every hours between two looks, of which the first is after two
 */
async function assertSparedForADay(round: string, every: number): Promise<void> {
  await inFolder(async (folder) => {
    const bench = new Bench(folder);
    try {
      await bench.start(program(round));
      let ticks = 0;
      for (let hour = 2; hour < 24; hour += every) {
        bench.now = NINE + hour * HOUR;
        const due = hour < 3 ? 'quick (quick)' : 'daily (quick+daily)';
        assert.deepEqual(await bench.look(), [`${due} putOff program-running`], `after ${hour} hours`);
        const later = await bench.count('ticks');
        assert.ok(later > ticks, `it has stopped after ${hour} hours`);
        ticks = later;
      }
      assert.deepEqual([await bench.count('starts'), await bench.count('interrupts')], [1, 0]);
      assert.deepEqual(await bench.origins(), ['manual']);

      await bench.endProgram();
      bench.now += 60_000;
      assert.deepEqual(await bench.look(), ['daily (quick+daily) done']);
      bench.now += 60_000;
      assert.deepEqual(await bench.look(), []);
      assert.deepEqual(await bench.origins(), ['manual', 'daily']);
      assert.deepEqual([await bench.count('starts'), await bench.count('interrupts')], [1, 0]);
    } finally {
      await bench.powerOff();
    }
  });
}

describe('P34 A program that runs all day', function () {
  this.timeout(60_000);
  let silent: Promise<void>;

  // It is mostly waited for: both at the same time.
  before(() => {
    silent = assertSparedForADay('time.sleep_ms(20)', 7);
    silent.catch(() => undefined);
  });

  it('and prints is never interrupted by scheduled backups, and backed up once when it has ended', () =>
    assertSparedForADay('print("tick"); time.sleep_ms(20)', 4));

  it('and is silent neither', () => silent);
});
