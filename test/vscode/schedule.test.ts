// Backups that happen by themselves: without a word where all goes well, and what cannot be meant or might disturb is said once.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { ScheduleRule } from '../../src/core/archive/manifest.js';
import { powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { ROOT } from '../../src/core/paths.js';
import { Others } from '../../src/ui/api/others.js';
import { Boards } from '../../src/ui/boards.js';
import { showHealth } from '../../src/ui/commands/showHealth.js';
import { showSchedule } from '../../src/ui/commands/showSchedule.js';
import { LiveBoards } from '../../src/ui/live/liveBoards.js';
import { type JobAbout, type JobControls, RunningJobs } from '../../src/ui/runningJobs.js';
import { WorkOfSchedules } from '../../src/ui/schedule/scheduledWork.js';
import { Scheduler } from '../../src/ui/schedule/scheduler.js';
import { QuietCopies } from '../../src/ui/secondPlace/quietCopies.js';
import type { Services } from '../../src/ui/services.js';
import { memory } from './newStore.js';
import { hearProgram, PROGRAM } from './tickingProgram.js';
import { beginWithBoards, foldersOfTests, type Said, unplug, whileUserAnswers } from './userAtWork.js';

const HOUR = 3_600_000;
/** In Berlin; the day before yesterday, as the tests go. */
const MONDAY = Date.parse('2026-06-01T09:00:00+02:00');
const WEDNESDAY = Date.parse('2026-06-03T10:00:00+02:00');
const NAME = 'lighthouse';
const URL = `sim:${NAME}`;

/** Remembers which jobs there were. */
class NotingJobs extends RunningJobs {
  readonly titles: string[] = [];

  override run<T>(about: JobAbout<T>, work: (controls: JobControls) => Promise<T>): Promise<T> {
    this.titles.push(about.title);
    return super.run(about, work);
  }
}

/** A window of its own: over the store and the boards of the tests, and with a clock that is set. */
class Window {
  now = MONDAY;
  readonly errors: string[] = [];
  readonly jobs = new NotingJobs();
  readonly others: Others;
  /** Titles of the pages that were shown, and what stood in them. */
  readonly pages: Array<[string, string]> = [];
  readonly boards: Boards;
  readonly scheduler: Scheduler;
  readonly services: Services;
  private readonly env: Env;
  private boardId = '';

  constructor() {
    const real = realEnv();
    const log = { ...real.log, error: (text: string) => void this.errors.push(text), show() {} };
    const clock = { ...real.clock, now: () => this.now, ticks: () => this.now, timeZone: () => 'Europe/Berlin' };
    this.env = { ...real, clock, log };
    this.boards = new Boards(this.env, memory());
    this.others = new Others(this.env);
    this.scheduler = new Scheduler(this.env, this.boards, memory(), async () => new WorkOfSchedules(this.services));
    const { env, boards, jobs, scheduler } = this;
    const pages = { show: async (title: string, text: string) => void this.pages.push([title, text]) };
    const live = new LiveBoards(boards);
    this.services = {
      extension: { subscriptions: [] },
      env,
      boards,
      jobs,
      scheduler,
      pages,
      live,
      log,
      copies: new QuietCopies({ env, boards, jobs }),
      others: this.others,
    } as unknown as Services;
  }

  async firstBackup(): Promise<void> {
    const { store: folder, boards } = foldersOfTests();
    assert.notEqual(folder, '');
    const { backup: first } = await backup(
      { env: this.env },
      { url: URL, open: simulatedTransport(boards) },
      await this.boards.openStore(),
      { kind: 'auto', origin: 'manual', scope: { root: ROOT, include: [], exclude: [] } },
    );
    this.boardId = first.board.id;
    await this.boards.learn(URL, this.boardId);
    await this.boards.refresh();
  }

  /** @returns titles of the jobs that it started */
  async look(): Promise<string[]> {
    const before = this.jobs.titles.length;
    await this.scheduler.look();
    return this.jobs.titles.slice(before);
  }

  /** Of its backups, oldest first. */
  async origins(): Promise<string[]> {
    const backups = await (await this.boards.openStore()).backupsOf(this.boardId);
    return backups
      .map(({ createdAt, origin }) => ({ createdAt, origin }))
      .sort(byTime)
      .map(({ origin }) => origin);
  }

  /** What the scheduled runs in the history were for. */
  async runs(): Promise<ScheduleRule[][]> {
    const history = await (await this.boards.openStore()).history();
    return history.flatMap(({ scheduled }) => (scheduled ? [scheduled.map(({ rule }) => rule)] : []));
  }
}

function byTime(one: { createdAt: string }, other: { createdAt: string }): number {
  return one.createdAt.localeCompare(other.createdAt);
}

async function startProgram(): Promise<void> {
  const { boards } = foldersOfTests();
  await powerOffSimulated(boards, NAME);
  await writeFile(join(boards, NAME, 'main.py'), PROGRAM);
  await hearProgram(URL);
}

/** Gives the port away right after it was looked at for the first time. */
function releasedOnceLookedAt(others: Others): vscode.Disposable {
  const { isReleased } = others;
  let released: vscode.Disposable | undefined;
  others.isReleased = (...names) => {
    const is = isReleased.call(others, ...names);
    released ??= others.release(URL);
    return is;
  };
  return new vscode.Disposable(() => {
    others.isReleased = isReleased;
    released?.dispose();
  });
}

/** How often the program has noted it. */
async function noted(name: 'starts' | 'interrupts'): Promise<number> {
  return (await readFile(join(foldersOfTests().boards, NAME, name)).catch(() => '')).length;
}

async function withSetting(name: string, value: unknown, work: () => Promise<unknown>): Promise<void> {
  const settings = vscode.workspace.getConfiguration('micropythonBackup');
  await settings.update(name, value, vscode.ConfigurationTarget.Global);
  try {
    await work();
  } finally {
    await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
  }
}

const textsOf = (said: readonly Said[]) => said.map(({ text }) => text);

describe('Scheduled backups in a window', function () {
  this.timeout(60_000);
  let window: Window;

  async function begin(): Promise<void> {
    await beginWithBoards(NAME);
    await writeFile(join(foldersOfTests().boards, NAME, 'main.py'), '');
    window = new Window();
    await window.firstBackup();
  }

  after(() => unplug(NAME));

  describe('of a board at its prompt', () => {
    before(begin);
    after(() => window.boards.dispose());

    it('are made for what was missed, once and without a word, as a job of the window', async () => {
      assert.deepEqual(await window.look(), ['Checking backups']);
      assert.deepEqual(await window.runs(), []);
      window.now = WEDNESDAY;
      await writeFile(join(foldersOfTests().boards, NAME, 'new.txt'), 'new');
      const released = window.others.release(URL);
      const whileReleased = await window.look();
      assert.ok(!whileReleased.includes(`Backing up ${NAME}`), 'another extension has the port');
      released.dispose();
      const taken = releasedOnceLookedAt(window.others);
      assert.ok(
        !(await window.look()).includes(`Backing up ${NAME}`),
        'another extension was given the port meanwhile',
      );
      taken.dispose();
      let titles: string[] = [];
      const said = await whileUserAnswers({}, async () => {
        titles = await window.look();
      });
      assert.deepEqual(said, []);
      assert.equal(titles[0], `Backing up ${NAME}`);
      assert.deepEqual(await window.origins(), ['manual', 'daily']);
      // What the window shows is the newest.
      assert.equal(window.boards.list[0]?.latest?.origin, 'daily');
      assert.equal(window.boards.health?.boards[0]?.lastGoodAt, WEDNESDAY);
      assert.deepEqual(await window.look(), []);
      assert.deepEqual(await window.runs(), [['daily']]);
      assert.deepEqual(window.errors, []);
    });

    it('P46 are listed with the last and the next one by Show Schedule', async () => {
      await showSchedule.run(window.services, undefined, undefined);
      const [title, text] = window.pages.at(-1) ?? [];
      assert.equal(title, 'Schedule');
      assert.match(
        text ?? '',
        /^lighthouse, sim:lighthouse\n {2}Backups: daily 12:00\.\n {4}Last scheduled one: .*\n {4}Next: daily/,
      );
    });

    it('that are well are said to be by Show Health', async () => {
      const said = await whileUserAnswers({}, async () => showHealth.run(window.services, undefined, undefined));
      assert.equal(said.length, 1);
      assert.match(said[0]?.text ?? '', /^All is well: lighthouse backed up .+\. The next is due .*2026/);
    });

    it('that are not are offered what helps by Show Health', async () => {
      const before = window.now;
      window.now += 30 * 24 * HOUR;
      const backsUp: unknown[] = [];
      const { executeCommand } = vscode.commands;
      Reflect.set(vscode.commands, 'executeCommand', async (...words: unknown[]) => void backsUp.push(words));
      try {
        const said = await whileUserAnswers({ 'Choose what helps': 'Backup Device' }, async () =>
          showHealth.run(window.services, undefined, undefined),
        );
        assert.equal(said[0]?.choices[0], 'Backup Device', JSON.stringify(said));
        assert.deepEqual(backsUp, [['micropythonBackup.backupDevice', window.boards.list[0]?.key]]);
      } finally {
        Reflect.set(vscode.commands, 'executeCommand', executeCommand);
        window.now = before;
      }
    });

    it('by an impossible schedule are none: that is said once, with the way to the settings', async () => {
      const said = await whileUserAnswers({}, () =>
        withSetting('schedule', { daily: '25:00' }, async () => {
          await window.look();
          await window.look();
        }),
      );
      assert.equal(said.length, 1, textsOf(said).join());
      const [{ text, choices } = { text: '', choices: [] }] = said;
      assert.match(text, /^The value of schedule\.daily cannot be "25:00"\. .*"12:00"/);
      assert.deepEqual(choices, ['Open Settings', 'Show Log']);
      assert.equal(window.errors.length, 1, window.errors.join());
      assert.deepEqual(await window.runs(), [['daily']]);
    });
  });

  describe('of a board whose program runs', () => {
    before(async () => {
      await begin();
      await startProgram();
      window.now = WEDNESDAY;
    });
    after(() => window.boards.dispose());

    it('P34 are put off without a question, and asked for again only after a while', async () => {
      const said = await whileUserAnswers({}, async () => {
        assert.equal((await window.look())[0], `Backing up ${NAME}`);
        assert.deepEqual(await window.look(), []);
      });
      assert.deepEqual(said, []);
      assert.deepEqual([await window.runs(), window.errors], [[], []]);
      assert.deepEqual([await noted('starts'), await noted('interrupts')], [1, 0]);
    });

    it('P34 are asked about once where that is the setting, also where quick ones become due meanwhile', () =>
      withSetting('scheduledRuns', 'ask', () =>
        withSetting('schedule', { quick: 20 }, async () => {
          const said = await whileUserAnswers({ 'a program is running on the board': 'Wait' }, async () => {
            for (let looks = 0; looks < 2; looks++) {
              window.now += 50 * 60_000;
              assert.equal((await window.look())[0], `Backing up ${NAME}`);
            }
          });
          assert.equal(said.length, 1, textsOf(said).join());
          assert.match(said[0]?.text ?? '', /^A backup of lighthouse is due, but a program is running on the board\./);
          assert.deepEqual(said[0]?.choices, ['Stop and Back Up', 'Wait']);
          assert.deepEqual([await noted('starts'), await noted('interrupts')], [1, 0]);
        }),
      ));

    it('are made where the user says so, and the program runs again', () =>
      withSetting('scheduledRuns', 'ask', async () => {
        // The next day, there is another one to be asked about.
        window.now = Date.parse('2026-06-04T12:00:00+02:00');
        const isBackedUp = new Promise<void>((resolve) => {
          window.boards.onDidChange(() => window.boards.list[0]?.latest?.origin === 'daily' && resolve());
        });
        await whileUserAnswers({ 'a program is running on the board': 'Stop and Back Up' }, async () => {
          await window.look();
          await isBackedUp;
        });
        assert.deepEqual(await window.origins(), ['manual', 'daily']);
        await hearProgram(URL);
        assert.deepEqual([await noted('starts'), await noted('interrupts'), window.errors], [2, 1, []]);
        // It is not asked about again.
        assert.deepEqual(
          (await window.look()).filter((title) => title.startsWith('Backing up')),
          [],
        );
      }));
  });
});
