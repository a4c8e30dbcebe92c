// Backup sets on a simulated board: each goes on from its own backups, and bytes are shared.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '../../src/core/archive/manifest.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { realEnv } from '../../src/core/env.js';
import { type BackupOptions, type BackupResult, backup } from '../../src/core/jobs/backup.js';
import { lookAtBoard } from '../../src/core/jobs/lookAtBoard.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { chainsOf } from '../../src/core/plan/chains.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder } from '../support/builders.js';
import { mpbackup } from '../support/mpbackup.js';

const WHOLE = { root: ROOT, include: [], exclude: [] };
const CODE = { root: ROOT, include: ['*.py'], exclude: [] };
const FILES = { 'main.py': 'print(1)', 'lib/wifi.py': 'import network', 'data/log.csv': '1,2,3\n' };

interface Bench {
  folder: string;
  store: Store;
  put(path: string, content: string): Promise<void>;
  /** A backup of all, of no named set. */
  all(options?: Partial<BackupOptions>): Promise<BackupResult>;
  /** A backup of the set "code". */
  code(options?: Partial<BackupOptions>): Promise<BackupResult>;
}

const context = { env: realEnv() };
const addressIn = (folder: string) => ({ url: 'sim:pico', open: simulatedTransport(join(folder, 'boards')) });

async function onBench(test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const boards = join(folder, 'boards');
    await addSimulatedBoard(boards, 'pico', FILES);
    const store = await openStore(context.env, join(folder, 'store'));
    const take = (options: Partial<BackupOptions>) =>
      backup(context, addressIn(folder), store, { kind: 'auto', origin: 'manual', scope: WHOLE, ...options });
    try {
      await test({
        ...{ folder, store },
        put: (path, content) => writeFile(join(boards, 'pico', path), content),
        all: take,
        code: (options) => take({ scope: CODE, set: 'code', ...options }),
      });
    } finally {
      await powerOffSimulated(boards, 'pico');
    }
  });
}

describe('Backup sets', function () {
  this.timeout(60_000);

  it('begin with a full one each, for which nothing travels that the store has, and go on from their own', async () => {
    await onBench(async ({ store, put, all, code }) => {
      const first = await all();
      assert.deepEqual([first.backup.kind, first.backup.set, first.read], ['full', undefined, 3]);
      const light = await code();
      assert.deepEqual([light.backup.kind, light.backup.set, light.unchanged], ['full', 'code', false]);
      assert.deepEqual([light.read, light.backup.files, light.backup.stored], [0, 2, 2]);
      assert.equal(light.reason, 'This is the first backup of the set "code", so it is a full one.');

      // Neither does the smaller set look like a change to the larger one, nor the other way round.
      assert.deepEqual([(await all()).unchanged, (await all()).backup.id], [true, first.backup.id]);
      assert.deepEqual([(await code()).unchanged, (await code()).backup.id], [true, light.backup.id]);

      await put('data/log.csv', '1,2,3\n4,5,6\n');
      assert.equal((await code()).unchanged, true);
      const more = await all();
      assert.deepEqual([more.unchanged, more.backup.kind, more.read], [false, 'incremental', 1]);
      assert.equal((await store.readManifest(more.backup)).parent, first.backup.id);

      await put('main.py', 'print(2)');
      const later = await code();
      assert.deepEqual([later.backup.kind, later.backup.files, later.read], ['incremental', 2, 1]);
      assert.equal((await store.readManifest(later.backup)).parent, light.backup.id);
      // The bytes came with the other set, and stay there.
      const last = await all();
      assert.deepEqual([last.unchanged, last.read, last.backup.stored], [false, 0, 0]);
      const taken = (await store.readManifest(last.backup)).entries.filter(isFile);
      assert.deepEqual(
        taken.map(({ path }) => path),
        ['data/log.csv', 'lib/wifi.py', 'main.py'],
      );
      const history = await store.history();
      assert.deepEqual([history[0]?.set, history[1]?.set], [undefined, 'code']);
    });
  });

  it('have chains of their own, and a full one after so many of their own', async () => {
    await onBench(async ({ store, all, code }) => {
      const again = { recordUnchanged: true, fullAfter: 2 };
      await all(again);
      for (const take of [code, all, code, code, all, code, all]) await take(again);
      const { backups } = await store.list();
      const chains = chainsOf(backups).map(({ full, backups }) => [full?.set, backups.map(({ sequence }) => sequence)]);
      assert.deepEqual(chains, [
        [undefined, [8]],
        ['code', [7]],
        [undefined, [6, 3, 1]],
        ['code', [5, 4, 2]],
      ]);
      assert.deepEqual(
        backups.filter(({ kind }) => kind === 'full').map(({ sequence }) => sequence),
        [8, 7, 2, 1],
      );
    });
  });

  it('say nothing of files that they do not cover, where what changed since the last backup is told', async () => {
    await onBench(async ({ folder, store, put, all, code }) => {
      await all();
      await put('main.py', 'print(2)');
      const light = await code();
      await put('data/log.csv', 'changed');
      await put('lib/wifi.py', 'changed');
      const { since } = await lookAtBoard(context, addressIn(folder), store, WHOLE);
      assert.ok(since);
      const { changed, added, removed, unknown, outside } = since.difference;
      assert.equal(since.backup.id, light.backup.id);
      assert.deepEqual([changed.map(({ path }) => path), added, removed, unknown], [['lib/wifi.py'], [], [], []]);
      assert.deepEqual(outside, ['data/log.csv']);
    });
  });

  it('P26 the safety backup of a restore is of no set, whichever it restores', async () => {
    await onBench(async ({ folder, store, put, code }) => {
      const { backup } = await code();
      await put('main.py', 'print(2)');
      await restore(context, addressIn(folder), store, { backup, paths: [ROOT], allowOtherBoard: false });
      const [safety] = (await store.list()).backups;
      assert.deepEqual([safety?.origin, safety?.set], ['safety', undefined]);
      assert.equal((await code()).unchanged, true);
    });
  });

  it('have a name of one line and 60 characters at most, and no other note is taken for one', async () => {
    await onBench(async ({ store, all, code }) => {
      const refused = { code: 'bad-argument' };
      for (const set of ['', ' ', 'x'.repeat(61), 'two\nlines']) await assert.rejects(code({ set }), refused);
      await assert.rejects(all({ metadata: [['set', 'code']] }), { ...refused, message: /"set"/ });
      await assert.rejects(code({ kind: 'differential' }), { code: 'backup-not-found', message: /of the set "code"/ });
      assert.deepEqual((await store.list()).backups, []);
    });
  });

  it('are named on the command line, which prunes afterwards and says how much is free where it is told to', async () => {
    await onBench(async ({ folder }) => {
      const place = ['--store', join(folder, 'store')];
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const take = (...more: string[]) =>
        mpbackup(
          ['backup', 'sim:pico', '--set', 'code', '--include', '*.py', '--record-unchanged', ...place, ...more],
          {
            env,
          },
        );
      for (let count = 0; count < 2; count++) assert.equal((await take()).status, 0);
      const pruning = await take('--prune', '--keep-last', '2', '--warn-below', '999999999');
      assert.match(pruning.stdout.toString(), /1 old backup went to the trash\.\n$/);
      assert.match(pruning.stderr, /Only .* are free on the disk of the backups .* Emptying the trash frees up to /);
      const { result } = await take('--json', '--prune', '--keep-last', '2', '--warn-below', '0');
      const { backup, pruned, space } = result as { backup: object; pruned: string[]; space: { isShort: boolean } };
      assert.deepEqual(['set' in backup && backup.set, pruned.length, space.isShort], ['code', 1, false]);
      assert.match((await mpbackup(['list', ...place])).stdout.toString(), /pico {2}the set "code"\n/);
      assert.match((await mpbackup(['show', 'latest', ...place])).stdout.toString(), /^set: code$/m);
      const refused = await mpbackup(['backup', 'sim:pico', '--keep-last', '2', ...place], { env });
      assert.match(refused.stderr, /Options that say which backups to keep need --prune\./);
    });
  });
});
