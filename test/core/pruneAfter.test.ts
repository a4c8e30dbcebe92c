// Retention after a backup, and the room that is left on the disk: neither fails the backup, and what is done or missing is told.

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Env, type Log, silentLog } from '../../src/core/env.js';
import { shortSentence, spaceIfKnown, spaceReport } from '../../src/core/jobs/diskSpace.js';
import { pruneAfterBackup, prunedSentences } from '../../src/core/jobs/pruneAfter.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import type { RetentionPolicy } from '../../src/core/plan/retentionPolicy.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { localTime } from '../../src/core/text.js';
import { aBoard, aDraft, inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { watchedOpens } from '../support/watchedOpens.js';

const BOARD = aBoard().id;
const POLICY: RetentionPolicy = { last: 2 };

interface Bench {
  root: string;
  env: Env;
  store: Store;
  logged: string[];
  /** Newest first. */
  backups: BackupSummary[];
  prune(policy?: RetentionPolicy): ReturnType<typeof pruneAfterBackup>;
  left(): Promise<string[]>;
}

/** Four backups of a board, of which the policy keeps two, and one of another board. */
async function onStore(test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (root) => {
    const logged: string[] = [];
    const note = (line: string) => void logged.push(line);
    const log: Log = { ...silentLog, info: note, warn: note, error: note };
    const still = testEnv({ log });
    // Whoever waits has soon waited for long.
    let ticks = 0;
    const env = { ...still, clock: { ...still.clock, ticks: () => (ticks += 500), sleep: async () => {} } };
    const store = await openStore(env, root);
    await takeBackup(store, { 'main.py': 'print(0)' });
    for (let version = 1; version < 4; version++) await takeIncremental(store, { 'main.py': `print(${version})` });
    await takeBackup(store, { 'main.py': 'print(0)' }, { board: aBoard({ id: 'other', name: 'Greenhouse' }) });
    const backups = await store.backupsOf(BOARD);
    const prune = (policy = POLICY) => pruneAfterBackup({ env }, store, policy, BOARD);
    const left = async () => (await store.backupsOf(BOARD)).map(({ id }) => id);
    await test({ root, env, store, logged, backups, prune, left });
  });
}

describe('Retention after a backup', () => {
  it('P20 P22 moves to the trash what the policy does not keep of its board, logs why, and can be undone', async () => {
    await onStore(async ({ env, store, logged, backups, prune, left }) => {
      const pruned = await prune();
      assert.deepEqual(
        pruned?.removed.map(({ id }) => id),
        backups.slice(2).map(({ id }) => id),
      );
      assert.deepEqual([pruned.warning, prunedSentences(2)], [undefined, ['2 old backups went to the trash.']]);
      assert.deepEqual(
        logged,
        backups.slice(2).map(({ id, createdAt }) => {
          return `Kitchen sensor: the manual backup of ${localTime(createdAt)} (${id.slice(0, 8)}) went to the trash. Older than the 2 newest backups.`;
        }),
      );
      assert.deepEqual(
        (await store.history()).map(({ operation, ok, backups }) => [operation, ok, backups]),
        [['prune', true, 2]],
      );
      await undelete({ env }, store, await store.trash());
      assert.deepEqual(
        await left(),
        backups.map(({ id }) => id),
      );
    });
  });

  it('counts each set by itself, and leaves other boards alone', async () => {
    await onStore(async ({ store, prune, left }) => {
      const draft = aDraft({ metadata: [['set', 'light']] });
      for (const content of ['a', 'b', 'c']) await takeBackup(store, { 'main.py': content }, { draft });
      assert.equal((await prune())?.removed.length, 3);
      assert.equal((await left()).length, 4);
      assert.equal((await store.backupsOf('other')).length, 1);
    });
  });

  it('opens no archive where nothing is to be removed, and notes nothing', async () => {
    await onStore(async ({ root, store, prune }) => {
      const { watched, opened } = watchedOpens();
      const env = testEnv({ fs: watched });
      const again = await openStore(env, root);
      await again.list();
      opened.length = 0;
      assert.equal(await pruneAfterBackup({ env }, again, { last: 4 }, BOARD), undefined);
      assert.deepEqual(
        opened.filter((path) => path.endsWith('.blb')),
        [],
      );
      assert.equal(await prune({ last: 4, maxBytes: 1_000_000 }), undefined);
      assert.deepEqual(await store.history(), []);
    });
  });

  it('P40 leaves it to the next backup where others work on the store, which is no failure', async () => {
    await onStore(async ({ store, logged, prune, left }) => {
      const other = await store.lock({ kind: 'shared', work: 'takes a backup', waitMs: 0 });
      assert.equal(await prune(), undefined);
      await other.release();
      assert.equal((await left()).length, 4);
      assert.match(logged.join('\n'), /the next backup does it/);
      assert.deepEqual(await store.history(), []);
      assert.equal((await prune())?.removed.length, 2);
    });
  });

  it('is told in a sentence where it cannot be, and removes nothing then', async () => {
    await onStore(async ({ root, backups, prune, left }) => {
      const broken = join(root, 'kitchen-sensor-3b025ee0', 'backup_20200101_000000.blb');
      await writeFile(broken, 'no archive');
      const pruned = await prune();
      assert.match(pruned?.warning ?? '', /^Old backups were not pruned: .*\.$/);
      assert.deepEqual(pruned?.removed, []);
      await rm(broken);
      assert.equal((await left()).length, backups.length);
      assert.match((await prune({ origins: { quick: 0 } }))?.warning ?? '', /keeps no backup of any origin/);
    });
  });
});

describe('The room on the disk of the backups', () => {
  /** A disk with so many bytes free. */
  const withFree = (env: Env, free: number): Env => ({ ...env, fs: { ...env.fs, freeSpace: async () => free } });

  it('is short below what somebody wishes, and says what emptying the trash and pruning would free', async () => {
    await onStore(async ({ root, env, store, prune }) => {
      const full = withFree(env, 999_999);
      const before = await spaceReport(store, full, 1_000_000, POLICY);
      assert.ok(before.prunableBytes !== null && before.prunableBytes > 0);
      assert.deepEqual(
        { ...before, prunableBytes: 0 },
        { free: 999_999, trashBytes: 0, prunableBytes: 0, isShort: true },
      );
      assert.match(
        shortSentence(before, root),
        /^Only 1\.0 MB are free on the disk of the backups in .*\. Pruning moves another \d.* to the trash\.$/,
      );
      const pruned = await prune();
      const after = await spaceReport(store, full, 1_000_000, POLICY);
      assert.deepEqual([after.prunableBytes, (after.trashBytes ?? 0) > 0], [0, true]);
      assert.ok((pruned?.freed ?? 0) > 0 && Math.abs((pruned?.freed ?? 0) - before.prunableBytes) < 200);
      assert.match(shortSentence(after, root), /\. Emptying the trash frees up to \d[.\d]* kB\.$/);
      assert.match(
        shortSentence({ ...after, trashBytes: 0 }, root),
        /\. Free some space there, or choose another folder/,
      );
    });
  });

  it('is not short where there is enough, or nobody wishes to know', async () => {
    await onStore(async ({ env, store }) => {
      for (const [free, warnBelow] of [
        [1_000_000, 1_000_000],
        [0, 0],
      ] as const) {
        const { isShort, prunableBytes } = await spaceReport(store, withFree(env, free), warnBelow, POLICY);
        assert.deepEqual([isShort, prunableBytes], [false, null]);
      }
    });
  });

  it('fails nothing where it cannot be known', async () => {
    await onStore(async ({ env, store, logged }) => {
      const refuse = () => Promise.reject(Object.assign(new Error('no such call'), { code: 'ENOSYS' }));
      const blind = { ...env, fs: { ...env.fs, freeSpace: refuse } };
      assert.equal(await spaceIfKnown(store, blind, 1_000_000, POLICY), undefined);
      assert.match(logged.join('\n'), /it is not known how much is free there/);
    });
  });
});
