// A restore that is cancelled in any phase gives the port back at once and leaves nothing half done, and whoever else wants the
// port waits.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import type { Phase, Progress } from '../../src/core/jobs/job.js';
import { ROOT } from '../../src/core/paths.js';
import { NO_DECISIONS } from '../../src/core/plan/planToward.js';
import { readTree } from '../support/builders.js';
import { AFTER, assertSame, BEFORE, isTemporary, RestoreBench } from '../support/interruptedRestore.js';
import { type Tap, tap } from '../support/tap.js';

/** What may be on its way to a board, to bring both sides to rest, to clear away 14 files and to leave: no file goes any more. */
const MOST_BYTES = 8_000;

describe('A restore and its port', function () {
  this.timeout(60_000);
  let folder: string;
  let bench: RestoreBench;
  let line: Tap;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-port-'));
    bench = await RestoreBench.open(folder, 'stage-all');
  });

  beforeEach(() => {
    bench.goTo();
    line = tap(bench.open);
  });

  after(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  const address = () => ({ url: 'sim:pico', open: line.open });

  /** Where it may be cancelled, and what the board has then: `before` as it was, `either` files of both states. */
  const moments: ReadonlyArray<{ phase: Phase; files?: number; leaves: 'before' | 'either' }> = [
    { phase: 'connect', leaves: 'before' },
    { phase: 'list', leaves: 'before' },
    { phase: 'compare', files: 3, leaves: 'before' },
    { phase: 'decide', leaves: 'before' },
    { phase: 'read', files: 1, leaves: 'before' },
    { phase: 'save', leaves: 'before' },
    { phase: 'write', leaves: 'before' },
    { phase: 'write', files: 7, leaves: 'before' },
    { phase: 'write', files: 14, leaves: 'before' },
    { phase: 'check', leaves: 'either' },
  ];

  for (const { phase, files = 0, leaves } of moments) {
    it(`P35 is cancelled in the phase ${phase}${files > 0 ? ` after ${files} files` : ''}: nothing is half done, and the port is free`, async () => {
      const abort = new AbortController();
      let sent = -1;
      const onProgress = (progress: Progress) => {
        if (sent >= 0 || progress.phase !== phase || progress.done.files < files) return;
        sent = line.sent().length;
        abort.abort();
      };
      const decide = async () => NO_DECISIONS;
      const restoring = bench.restore({ onProgress, signal: abort.signal }, address(), { decide });
      await assert.rejects(restoring, { code: 'cancelled' });
      assert.ok(sent >= 0, 'it came to that');
      assert.equal(line.openNow(), 0);
      const more = line.sent().length - sent;
      assert.ok(more < MOST_BYTES, `${more} bytes were sent after that`);
      const moment = bench.now();
      assert.deepEqual(
        [...moment.flash.keys(), ...moment.store.keys()].filter(
          (path) => isTemporary(path) || path.endsWith('.partial'),
        ),
        [],
      );
      await bench.assertWhole(moment);
      if (leaves === 'before') assertSame(moment.flash, BEFORE);
      assert.notEqual((await bench.record())?.state, 'running');
      await bench.restore({}, address());
      assertSame(bench.now().flash, AFTER);
    });
  }

  it('P37 lets another restore wait, which then finds everything done', async () => {
    let most = 0;
    const onProgress = () => {
      most = Math.max(most, line.openNow());
    };
    const both = await Promise.all([
      bench.restore({ onProgress }, address()),
      bench.restore({ onProgress }, address()),
    ]);
    // Which one comes first is nobody's business.
    const [first, second] = both.sort((one, other) => other.restored.length - one.restored.length);
    assert.ok(first && second);
    assert.deepEqual([first.restored.length, second.restored.length, second.unchanged.length], [14, 0, AFTER.size]);
    assert.deepEqual([line.opened(), most, line.openNow()], [2, 1, 0]);
    assertSame(bench.now().flash, AFTER);
  });

  it('P37 lets a backup wait, which then has what was restored', async () => {
    const store = await bench.openStore();
    const scope = { root: ROOT, include: [], exclude: [] };
    let waiting: ReturnType<typeof backup> | undefined;
    const onProgress = ({ phase }: Progress) => {
      if (phase === 'list')
        waiting ??= backup({ env: realEnv() }, address(), store, { kind: 'auto', origin: 'manual', scope });
    };
    const { safety } = await bench.restore({ onProgress }, address());
    const { backup: taken } = (await waiting) ?? assert.fail('no backup was begun');
    assert.ok(safety && taken.sequence > safety.sequence);
    assertSame(await readTree(store, taken), AFTER);
    assert.deepEqual([line.opened(), line.openNow()], [2, 0]);
  });
});
