// What people and crashes leave in and around a store, and what must not be taken for something else.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyArchive } from '../../src/core/archive/verify.js';
import { realEnv } from '../../src/core/env.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder, readTree, takeBackup, testEnv } from '../support/builders.js';

const context = { env: testEnv() };

function inStore(test: (store: Store, root: string, folder: string) => Promise<void>): () => Promise<void> {
  return () =>
    inFolder(async (folder) => {
      const root = join(folder, 'store');
      await test(await openStore(testEnv(), root), root, folder);
    });
}

describe('At the edges of a store', () => {
  it(
    'P45 names with what some take for the end of a line are names like any other',
    inStore(async (store) => {
      const files = { 'a\u2028b.py': 'one', 'lib/c\u2029': 'two' };
      const backup = await takeBackup(store, files);
      assert.deepEqual(await verifyArchive(testEnv(), backup.archive), []);
      assert.deepEqual(
        [...(await readTree(store, backup))].map(([path, bytes]) => [path, bytes.toString()]),
        Object.entries(files),
      );
    }),
  );

  it(
    'an export that was killed stands in nobody’s way, one that is being written does',
    inStore(async (store, _root, folder) => {
      const backup = await takeBackup(store, { 'main.py': '1' });
      const { own } = realEnv().processes;
      const target = join(folder, 'x.blb');
      const write = () => exportBackups(context, store, { backups: [backup], target, form: 'archive' });
      await writeFile(`${target}.partial`, 'half');
      await writeFile(`${target}.${own}.partial`, '');
      await assert.rejects(write(), { code: 'path-taken', path: `${target}.partial` });
      // No process has this number.
      await rename(`${target}.${own}.partial`, `${target}.4194304${own.slice(own.indexOf('-'))}.partial`);
      await write();
      assert.deepEqual((await readdir(folder)).sort(), ['store', 'x.blb']);
    }),
  );

  it(
    'a file where a folder should be is said to be one, and no fault of the disk',
    inStore(async (store, root) => {
      await takeBackup(store, { 'main.py': '1' });
      await writeFile(join(root, 'locks'), '');
      const isInTheWay = { code: 'store-failed', message: /^Another file is in the way: .*locks/ };
      await assert.rejects(verify(context, store), isInTheWay);
      const below = await openStore(testEnv(), join(root, 'locks', 'store'));
      await assert.rejects(takeBackup(below, { 'main.py': '1' }), isInTheWay);
    }),
  );

  it(
    'nothing is exported into the folder of the backups, where it would be taken for one',
    inStore(async (store, root) => {
      const backup = await takeBackup(store, { 'main.py': '1' });
      for (const target of [root, join(root, 'trash', 'x.blb'), join(root, 'plain')])
        for (const form of ['archive', 'folder'] as const)
          await assert.rejects(exportBackups(context, store, { backups: [backup], target, form }), {
            code: 'bad-argument',
          });
    }),
  );

  it(
    'a pipe where notes or the history should be keeps nobody waiting',
    inStore(async (store, root) => {
      const backup = await takeBackup(store, { 'main.py': '1' });
      execFileSync('mkfifo', [join(root, 'history.jsonl'), join(backup.archive, '..', 'annotations.jsonl')]);
      assert.deepEqual((await verify(context, store)).damaged, []);
      await assert.rejects(store.annotate([backup], { label: 'x' }), { code: 'store-failed' });
      await assert.rejects(deleteBackups(context, store, [backup]), { code: 'store-failed' });
    }),
  );

  it(
    'an archive whose ending came back in capitals is an archive',
    inStore(async (store, root) => {
      const backup = await takeBackup(store, { 'main.py': '1' });
      await rename(backup.archive, backup.archive.replace(/\.blb$/, '.BLB'));
      assert.equal((await (await openStore(testEnv(), root)).list()).backups.length, 1);
    }),
  );

  it(
    'P06 on a disk that takes not one byte more, what only reads works, and the trash can be emptied',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      await takeBackup(store, { 'main.py': '2' });
      await deleteBackups(context, store, [one]);
      const { fs } = realEnv();
      const full = () => Promise.reject(Object.assign(new Error('ENOSPC: planned'), { code: 'ENOSPC' }));
      const env = testEnv({
        fs: {
          ...fs,
          freeSpace: async () => 0,
          open: async (path, mode) => ({ ...(await fs.open(path, mode)), ...(mode !== 'read' && { append: full }) }),
        },
      });
      const other = await openStore(env, root);
      assert.deepEqual((await verify({ env }, other)).damaged, []);
      assert.equal((await emptyTrash({ env }, other)).archives, 1);
      assert.deepEqual(await readdir(join(root, 'locks')), []);
    }),
  );

  it(
    'a backup that was written anew since it was named is found where it is now',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      const other = await openStore(testEnv(), root);
      const named = await other.find(one.id);
      await mkdir(join(root, 'elsewhere'));
      await rename(one.archive, join(root, 'elsewhere', 'renamed.2.blb'));
      assert.equal((await other.readManifest(named)).sequence, 1);
      assert.deepEqual((await verify(context, other, { only: named })).damaged, []);
    }),
  );

  // Only there does a system say of a folder that cannot be made that it is missing.
  if (process.platform === 'linux') {
    it('a folder where nobody can make one is refused, and looked for no longer', async () => {
      const store = await openStore(testEnv(), '/proc/nowhere/store');
      await assert.rejects(takeBackup(store, { 'main.py': '1' }), { code: 'store-failed' });
    });
  }
});
