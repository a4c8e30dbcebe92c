// The process is killed, or the power is cut, at every effect of every job that changes a store: no other backup is touched, and
// the same job can be done again (P19, P20, P39).

import assert from 'node:assert/strict';
import { type Check, type Crash, exploreCrashes, type Work } from '../support/crashes.js';
import { JOB_WORKS, WORKS_THAT_TAKE_AWAY } from '../support/jobCrashes.js';
import { checkStore, checkStoreWithoutNames, takeNext } from '../support/storeCrashes.js';

const CRASHES: readonly (readonly [crash: Crash, title: string, check: Check, works: readonly Work[]])[] = [
  ['killed', 'P01 P08 P19 P39 the process is killed at every step', checkStore, JOB_WORKS],
  [
    'power',
    'P02 P08 P19 P39 the power is cut at every step, and what was not synced is lost, torn or kept',
    checkStore,
    JOB_WORKS,
  ],
  [
    'no folder sync',
    'P03 P19 the power is cut where folders cannot be synced',
    checkStoreWithoutNames,
    WORKS_THAT_TAKE_AWAY,
  ],
];

describe('When the process or the power ends in a job on a store', () => {
  for (const [crash, title, check, works] of CRASHES) {
    for (const work of works) {
      it(`${title}: ${work.name}`, async function () {
        this.timeout(60_000);
        const start = performance.now();
        const { boundaries, states } = await exploreCrashes(work, { check, goOn: takeNext, fewer: true }, crash);
        console.log(`      ${boundaries} steps, ${states} disks, ${Math.round(performance.now() - start)} ms`);
        assert.ok(boundaries >= 4, 'the work was cut off at its steps');
        assert.ok(states > boundaries / 2, 'each step left a disk of its own');
      });
    }
  }
});
