import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { addSimulatedBoard } from '../../src/core/board/transport/simulated.js';
import { cancelled } from '../../src/core/errors.js';
import type { Progress } from '../../src/core/jobs/job.js';
import type { Boards } from '../../src/ui/boards.js';
import { cancelJob } from '../../src/ui/commands/cancelJob.js';
import { quickBackup } from '../../src/ui/commands/quickBackup.js';
import { BACKUP_SHARES, barAfter, RESTORE_SHARES, type Shares } from '../../src/ui/jobBar.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';
import type { Services } from '../../src/ui/services.js';
import { StatusBar } from '../../src/ui/status/statusBar.js';
import { takeBackup } from '../support/builders.js';
import { inNewStore, memory } from './newStore.js';
import { foldersOfTests, whileUserAnswers } from './userAtWork.js';

const untilAborted = ({ signal }: { signal: AbortSignal }) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(cancelled())));

/** Of a status bar over these boards. */
async function withStatusBar(
  boards: Boards,
  remembered: () => string | undefined,
  test: (statusBar: StatusBar, jobs: RunningJobs) => Promise<void>,
): Promise<void> {
  const jobs = new RunningJobs();
  const statusBar = new StatusBar(boards, jobs, remembered);
  try {
    await test(statusBar, jobs);
  } finally {
    statusBar.dispose();
  }
}

describe('The item in the status bar', () => {
  it('is about the board that a click backs up: the chosen one, also while it is away', () =>
    inNewStore(async ({ boards, store }) => {
      const { board } = await takeBackup(store, { 'main.py': '' });
      await addSimulatedBoard(foldersOfTests().boards, 'demo');
      let chosen: string | undefined;
      await withStatusBar(
        boards,
        () => chosen,
        async (statusBar) => {
          await boards.looked();
          assert.match(statusBar.shown.text, /demo: no backup yet$/);
          chosen = board.id;
          assert.match(statusBar.shown.text, /disconnect\) Kitchen sensor: /);
          assert.match(statusBar.shown.tooltip, /Not connected/);
        },
      );
    }));

  it('tells that backups cannot be read', () =>
    inNewStore(async ({ boards }) => {
      const { store } = foldersOfTests();
      await writeFile(store, 'not a folder');
      try {
        await withStatusBar(
          boards,
          () => undefined,
          async (statusBar) => {
            await boards.looked();
            assert.equal(statusBar.shown.isWarning, true);
            assert.match(statusBar.shown.tooltip, /is a file, not a folder for backups/);
          },
        );
      } finally {
        await rm(store);
      }
    }));

  it('follows each job by itself, and has a check mark after the last', () =>
    inNewStore(async ({ boards }) => {
      await withStatusBar(
        boards,
        () => undefined,
        async (statusBar, jobs) => {
          const ends: Array<() => void> = [];
          const work = () => new Promise<void>((resolve) => ends.push(resolve));
          const one = jobs.run({ title: 'Backing up alpha', noun: 'Backup' }, work);
          const other = jobs.run({ title: 'Restoring main.py to beta', noun: 'Restore' }, work);
          assert.equal(statusBar.shown.text, '$(sync~spin) 2 jobs');
          ends[1]?.();
          await other;
          assert.equal(statusBar.shown.text, '$(sync~spin) Backup');
          const told = new Promise<void>((resolve) => {
            jobs.onDidChange(() => jobs.list.length === 0 && resolve());
          });
          ends[0]?.();
          await one;
          await told;
          assert.equal(statusBar.shown.text, '$(check) Backup done');
        },
      );
    }));
});

describe('A quick backup of a board that is at work', () => {
  it('is none: the way to its job is offered, and its end', () =>
    inNewStore(async ({ boards }) => {
      await addSimulatedBoard(foldersOfTests().boards, 'alpha');
      const jobs = new RunningJobs();
      const services = { boards, jobs, workspaceMemory: memory() } as unknown as Services;
      const job = jobs.run({ title: 'Backing up alpha', noun: 'Backup', boards: ['sim:alpha'] }, untilAborted);
      const said = await whileUserAnswers({ 'alpha is busy': 'Cancel' }, async () =>
        quickBackup.run(services, undefined, undefined),
      );
      assert.deepEqual(said, [{ text: 'alpha is busy', detail: '', choices: ['Show Progress', 'Cancel'] }]);
      await assert.rejects(job);
    }));
});

describe('Cancel from the tooltip or the palette', () => {
  const cancel = (jobs: RunningJobs, target?: number) =>
    Promise.resolve(cancelJob.run({ jobs } as unknown as Services, target, undefined));

  it('ends the job of the link, and no other', async () => {
    const jobs = new RunningJobs();
    const [one, other] = ['one', 'other'].map((title) => jobs.run({ title, noun: 'Backup' }, untilAborted));
    const [first] = jobs.list;
    await cancel(jobs, first?.id);
    await assert.rejects(Promise.resolve(one));
    assert.deepEqual(
      jobs.list.map(({ title }) => title),
      ['other'],
    );
    const said = await whileUserAnswers({ 'Which job': 'other' }, () => cancel(jobs));
    assert.deepEqual(said[0]?.choices, ['other']);
    await assert.rejects(Promise.resolve(other));
  });

  it('says so where nothing runs', async () => {
    const said = await whileUserAnswers({}, () => cancel(new RunningJobs()));
    assert.equal(said[0]?.text, 'Nothing is running that could be cancelled.');
  });
});

describe('The bar of a job', () => {
  const at = (phase: Progress['phase'], bytes: number): Progress => ({
    phase,
    done: { files: 0, bytes },
    total: { files: 1, bytes: 100 },
  });
  const run = (shares: Shares, steps: Progress[]) => {
    let reached = 0;
    return steps.map((step) => {
      reached = barAfter(shares, step, reached);
      return reached;
    });
  };

  it('leaves room for writing while a restore saves what it will replace', () => {
    const steps = [
      at('compare', 100),
      at('compare', 0),
      at('read', 0),
      at('read', 100),
      at('save', 0),
      at('write', 50),
    ];
    const bar = run(RESTORE_SHARES, steps);
    assert.ok((bar[3] ?? 100) < 50);
    assert.ok((bar[5] ?? 0) > (bar[4] ?? 0));
  });

  it('never runs backwards, and is full at the end', () => {
    const steps = [at('list', 100), at('read', 40), at('read', 10), at('save', 100)];
    const bar = run(BACKUP_SHARES, steps);
    assert.deepEqual(
      bar,
      [...bar].sort((a, b) => a - b),
    );
    assert.equal(bar.at(-1), 100);
  });
});
