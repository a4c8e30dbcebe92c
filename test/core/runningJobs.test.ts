import assert from 'node:assert/strict';
import { isClosing } from '../../src/core/jobs/job.js';
import type { JobProgress } from '../../src/ui/jobBar.js';
import { type JobControls, RunningJobs } from '../../src/ui/runningJobs.js';

const BACKUP = { title: 'Backing up demo', noun: 'Backup', boards: ['uid:1', '/dev/ttyACM0'] };
const EXPORT = { title: 'Exporting 2 backups', noun: 'Export' };

const at = (percent: number): JobProgress => ({ step: { phase: 'read', done: { files: 0, bytes: 0 } }, percent });

/** A job that goes on until it is told to end, or is aborted. */
function endless() {
  let end: (how: 'done' | Error) => void = () => {};
  let controls: JobControls | undefined;
  const ended = new Promise<'done' | Error>((resolve) => {
    end = resolve;
  });
  const work = async (given: JobControls) => {
    controls = given;
    given.signal.addEventListener('abort', () => end(new Error('cancelled')));
    const how = await ended;
    if (how instanceof Error) throw how;
    return how;
  };
  const report = (percent: number) => controls?.report(at(percent));
  return { work, report, end, controls: () => controls };
}

describe('Running jobs', () => {
  it('are known with their boards, by key and by URL, from their beginning to their end', async () => {
    const jobs = new RunningJobs();
    const [backup, other] = [endless(), endless()];
    const ends = [jobs.run(BACKUP, backup.work), jobs.run(EXPORT, other.work)];
    assert.deepEqual(
      jobs.list.map(({ title }) => title),
      ['Backing up demo', 'Exporting 2 backups'],
    );
    assert.deepEqual(
      ['uid:1', '/dev/ttyACM0', 'uid:2'].map((name) => jobs.on(name).length),
      [1, 1, 0],
    );
    assert.deepEqual(jobs.on(undefined, 'uid:1').length, 1);
    backup.end('done');
    await ends[0];
    assert.deepEqual(jobs.on('uid:1'), []);
    assert.equal(jobs.list.length, 1);
    other.end(new Error('failed'));
    await Promise.allSettled(ends);
    assert.deepEqual(jobs.list, []);
  });

  it('tell how far they are, also what they say before they wait for the first time', async () => {
    const jobs = new RunningJobs();
    const job = endless();
    const end = jobs.run(BACKUP, (controls) => {
      controls.report(at(3));
      return job.work(controls);
    });
    assert.equal(jobs.list[0]?.progress?.percent, 3);
    job.report(40);
    assert.equal(jobs.list[0]?.progress?.percent, 40);
    job.end('done');
    await end;
  });

  it('can be cancelled by their id, and show it until they have left their board', async () => {
    const jobs = new RunningJobs();
    const job = endless();
    const end = jobs.run(BACKUP, job.work);
    const id = jobs.list[0]?.id ?? 0;
    assert.equal(jobs.cancel(id), true);
    assert.equal(jobs.list[0]?.isCancelled, true);
    assert.equal(isClosing(job.controls()?.signal), false);
    await assert.rejects(end);
    assert.equal(jobs.cancel(id), false);
  });

  it('leave behind which of them was done last, and only where all went well', async () => {
    const jobs = new RunningJobs();
    await jobs.run(BACKUP, async () => 'done');
    assert.equal(jobs.lastDone?.noun, 'Backup');
    const failed = jobs.run(EXPORT, async () => Promise.reject(new Error('failed')));
    assert.equal(jobs.lastDone, undefined);
    await assert.rejects(failed);
    assert.equal(jobs.lastDone, undefined);
    const longer = endless();
    const failing = jobs.run(EXPORT, longer.work);
    await jobs.run(BACKUP, async () => 'done');
    longer.end(new Error('failed'));
    await assert.rejects(failing);
    assert.equal(jobs.lastDone, undefined, 'what failed after it has the last word');
    await jobs.run({ ...EXPORT, isWhole: (damaged: number) => damaged === 0 }, async () => 2);
    assert.equal(jobs.lastDone, undefined);
  });

  it('are told of at once, then not more than ten times a second, and the last state always', async () => {
    const jobs = new RunningJobs();
    const seen: number[] = [];
    let told = () => {};
    const last = new Promise<void>((resolve) => {
      told = resolve;
    });
    const listening = jobs.onDidChange(() => {
      const percent = jobs.list[0]?.progress?.percent;
      seen.push(percent ?? 0);
      if (percent === 100) told();
    });
    const job = endless();
    const end = jobs.run(BACKUP, job.work);
    assert.deepEqual(seen, [0]);
    for (let percent = 1; percent <= 100; percent++) job.report(percent);
    await last;
    assert.deepEqual(seen, [0, 100]);
    listening.dispose();
    job.end('done');
    await end;
    assert.equal(seen.length, 2);
  });
});

describe('When the window closes', () => {
  it('P33 running jobs are aborted, but not as by Cancel, and waited for until they have left their boards', async () => {
    const jobs = new RunningJobs();
    const events: string[] = [];
    const job = (title: string) =>
      jobs.run({ title, noun: 'Backup' }, async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        // Leaving a board takes a while.
        await new Promise(setImmediate);
        events.push(`${title} left, ${isClosing(signal) ? 'closing' : 'cancelled'}`);
        throw new Error('cancelled');
      });
    const ends = Promise.allSettled([job('one'), job('other')]);
    await jobs.stop();
    events.push('closed');
    await ends;
    assert.deepEqual(events, ['one left, closing', 'other left, closing', 'closed']);
  });

  it('no further job begins', async () => {
    const jobs = new RunningJobs();
    await jobs.stop();
    assert.equal(await jobs.run(BACKUP, async ({ signal }) => signal.aborted), true);
  });

  it('a job that has ended keeps nobody waiting', async () => {
    const jobs = new RunningJobs();
    assert.equal(await jobs.run(BACKUP, async () => 'done'), 'done');
    await jobs.stop();
  });
});
