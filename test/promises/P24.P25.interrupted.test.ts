// A restore of 20 files, stopped at each of its steps: every file is old or new, and from there it can be finished and undone,
// also where that is stopped in turn. MPBACKUP_STEPS says how many of the steps are gone on from; `all` takes minutes.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Direction } from '../../src/core/store/restoreRecords.js';
import { AFTER, assertSame, BEFORE, isSame, type Moment, RestoreBench } from '../support/interruptedRestore.js';

const { MPBACKUP_STEPS = '6' } = process.env;

/** Some of them, spread over all. */
function sample<T>(all: readonly T[], most = MPBACKUP_STEPS === 'all' ? all.length : Number(MPBACKUP_STEPS)): T[] {
  return all.filter(
    (_, at) =>
      all.length <= most || Math.floor((at * most) / all.length) !== Math.floor(((at - 1) * most) / all.length),
  );
}

for (const mode of ['stage-all', 'stage-one', 'in-place'] as const) {
  describe(`A restore (${mode}) that was interrupted`, function () {
    this.timeout(30 * 60_000);
    let folder: string;
    let bench: RestoreBench;
    /** Between the beginning of its record and its end. */
    let moments: Moment[];

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mpbackup-interrupted-'));
      bench = await RestoreBench.open(folder, mode);
    });

    after(async () => {
      await bench.close();
      await rm(folder, { recursive: true, force: true });
    });

    const endsIn = async (moment: Moment, toward: Direction) => {
      bench.goTo(moment);
      await bench.settle(toward);
      assertSame(bench.now().flash, toward === 'after' ? AFTER : BEFORE);
      assert.equal((await bench.record())?.state, toward === 'after' ? 'done' : 'undone');
    };

    it('P24 P26 has every file old or new at each step, is on record before the first, and starts programs last', async () => {
      const all = await bench.watch((address) => bench.restore({}, address));
      assertSame(bench.now().flash, AFTER);
      const open: Moment[] = [];
      for (const moment of all) {
        bench.goTo(moment);
        await bench.assertWhole(moment);
        const state = (await bench.record())?.state;
        if (state === 'unfinished') open.push(moment);
        else assert.ok(state === 'done' || isSame(moment.flash, BEFORE));
      }
      moments = open;
      console.log(`      ${all.length} states seen, of ${moments.length} of them unfinished`);
      // At least each file aside, each that takes its place, each that goes.
      assert.ok(moments.length > 2 * 14, `${moments.length}`);
    });

    it('P25 is finished and undone from any of them, file by file', async () => {
      for (const moment of sample(moments)) {
        await endsIn(moment, 'after');
        await endsIn(moment, 'before');
      }
    });

    it('P25 may be interrupted again while it is finished or undone', async () => {
      const middle = moments[Math.floor(moments.length * 0.7)] ?? assert.fail();
      for (const toward of ['after', 'before'] as const) {
        bench.goTo(middle);
        const again = await bench.watch((address) => bench.settle(toward, {}, address));
        for (const moment of again) {
          bench.goTo(moment);
          await bench.assertWhole(moment);
        }
        for (const moment of sample(again.slice(1, -1), Math.ceil(sample(moments).length / 3))) {
          await endsIn(moment, 'after');
          await endsIn(moment, 'before');
        }
      }
    });
  });
}
