import assert from 'node:assert/strict';
import { isClosing } from '../../src/core/jobs/job.js';
import { RunningJobs } from '../../src/ui/runningJobs.js';

describe('When the window closes', () => {
  it('P33 running jobs are aborted, but not as by Cancel, and waited for until they have left their boards', async () => {
    const jobs = new RunningJobs();
    const events: string[] = [];
    const job = (name: string) =>
      jobs.run(async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        // Leaving a board takes a while.
        await new Promise(setImmediate);
        events.push(`${name} left, ${isClosing(signal) ? 'closing' : 'cancelled'}`);
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
    assert.equal(await jobs.run(async ({ signal }) => signal.aborted), true);
  });

  it('a job that has ended keeps nobody waiting', async () => {
    const jobs = new RunningJobs();
    assert.equal(await jobs.run(async () => 'done'), 'done');
    await jobs.stop();
  });
});
