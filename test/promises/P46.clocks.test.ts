// Clocks that step back, forward, or twice through one hour: what orders backups is their number, never the time.

import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { planPrune, prune } from '../../src/core/jobs/prune.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';

const NOON = Date.UTC(2025, 10, 21, 12);
const HOUR = 3_600_000;
const YEAR = 365 * 24 * HOUR;

/** A clock that stands still: whatever is done at one moment has one time. */
function envAt(now: number) {
  const env = testEnv();
  return { ...env, clock: { ...env.clock, now: () => now } };
}

/** One backup at each of these times, each by a process of its own; `main.py` holds its number. */
async function takeAt(root: string, times: readonly number[], board = aBoard()): Promise<BackupSummary[]> {
  const taken: BackupSummary[] = [];
  for (const [number, now] of times.entries()) {
    const store = await openStore(envAt(now), root);
    const files = { 'main.py': `${number}`, 'lib/same.py': 'same' };
    const isFirst = (await store.backupsOf(board.id))[0] === undefined;
    taken.push(isFirst ? await takeBackup(store, files, { board }) : await takeIncremental(store, files, { board }));
  }
  return taken;
}

const CLOCKS: [what: string, times: number[]][] = [
  ['steps back a year', [NOON, NOON + HOUR, NOON - YEAR, NOON - YEAR + HOUR]],
  ['was years ahead and is set right', [NOON + 20 * YEAR, NOON, NOON + HOUR]],
  ['starts in 1970 and is set right', [0, 1000, NOON, NOON + HOUR]],
  ['stands still: all in one second', [NOON, NOON, NOON, NOON]],
  [
    'goes twice through one hour, at the end of summer time',
    [0, 0.5, 1, 0.5, 1, 1.5].map((hour) => Date.UTC(2025, 9, 26) + hour * HOUR),
  ],
  ['jumps there and back', [NOON, NOON + YEAR, NOON + 1, NOON + YEAR + 1, NOON + 2]],
];

describe('P46 Clocks that are wrong', () => {
  for (const [what, times] of CLOCKS) {
    it(`P46 a clock that ${what}: the list, the chain, the latest and the contents are right`, async () => {
      await inFolder(async (root) => {
        const taken = await takeAt(root, times);
        const store = await openStore(envAt(NOON), root);
        const { backups } = await store.list();
        assert.deepEqual(
          backups.map(({ id }) => id),
          taken.map(({ id }) => id).reverse(),
        );
        assert.deepEqual(
          backups.map(({ sequence }) => sequence),
          times.map((_, at) => times.length - at),
        );
        assert.equal((await store.find('latest')).id, taken.at(-1)?.id);
        for (const [number, backup] of taken.entries()) {
          assert.equal(backup.parent, taken[number - 1]?.id ?? null);
          assert.equal((await readTree(store, backup)).get('main.py')?.toString(), `${number}`);
        }
        const names = taken.map(({ archive }) => basename(archive));
        assert.equal(new Set(names).size, names.length);
      });
    });

    it(`P46 a clock that ${what}: pruning keeps the last ones, whatever they are dated`, async () => {
      await inFolder(async (root) => {
        const taken = await takeAt(root, times);
        const context = { env: envAt(NOON) };
        const store = await openStore(context.env, root);
        const plan = await planPrune(context, store, { last: 2 });
        await prune(context, store, plan);
        const { backups } = await store.list();
        assert.deepEqual(
          backups.map(({ id }) => id),
          taken
            .map(({ id }) => id)
            .reverse()
            .slice(0, 2),
        );
        assert.equal((await readTree(store, backups[0] ?? assert.fail())).get('lib/same.py')?.toString(), 'same');
      });
    });

    it(`P46 a clock that ${what}: exported and imported elsewhere, the order is the same, and the next backup comes after all`, async () => {
      await inFolder(async (folder) => {
        const taken = await takeAt(join(folder, 'one'), times);
        const one = await openStore(envAt(NOON), join(folder, 'one'));
        const target = join(folder, 'all.blb');
        await exportBackups({ env: envAt(NOON) }, one, { backups: taken, target, form: 'archive' });
        const two = await openStore(envAt(NOON), join(folder, 'two'));
        await importBackups({ env: envAt(NOON) }, two, [target]);
        assert.deepEqual(
          (await two.list()).backups.map(({ id }) => id),
          (await one.list()).backups.map(({ id }) => id),
        );
        const next = await takeIncremental(two, { 'main.py': 'next' });
        assert.equal((await two.find('latest')).id, next.id);
        assert.equal(next.parent, taken.at(-1)?.id);
      });
    });
  }

  it('P46 between boards the newest is listed first, and each board keeps its own order', async () => {
    await inFolder(async (root) => {
      const kitchen = await takeAt(root, [NOON + 2 * HOUR, NOON]);
      const other = await takeAt(root, [NOON + HOUR], aBoard({ id: 'other', name: 'Other board' }));
      const { backups } = await (await openStore(envAt(NOON), root)).list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [other[0]?.id, kitchen[1]?.id, kitchen[0]?.id],
      );
    });
  });
});
