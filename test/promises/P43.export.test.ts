// Export, then import on an empty machine: the same backups, and nothing that was not checked.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { verifyArchive } from '../../src/core/archive/verify.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';

const run = promisify(execFile);
const NAMES = {
  'main.py': '1',
  'lib/wifi.py': 'wifi',
  'A.py': 'upper',
  'a.py': 'lower',
  'aux.py': 'aux',
  'odd\\name': 'odd',
  __proto__2: 'p',
};

/** A full backup and two that go on from it; the last knows content that only the first has. */
async function chain(store: Store): Promise<[BackupSummary, BackupSummary, BackupSummary]> {
  const full = await takeBackup(store, NAMES, { folders: ['empty'] });
  const second = await takeIncremental(store, { ...NAMES, 'main.py': '2' });
  const third = await takeIncremental(store, { ...NAMES, 'main.py': '3', 'new.py': 'wifi' });
  return [full, second, third];
}

async function contentOf(store: Store): Promise<unknown[]> {
  const all: unknown[] = [];
  for (const backup of (await store.list()).backups) {
    const { id, sequence, label, pinned, note, tags } = backup;
    all.push({ id, sequence, label, pinned, note, tags, tree: [...(await readTree(store, backup))] });
  }
  return all;
}

describe('P43 Export and import', () => {
  for (const form of ['archive', 'folder'] as const) {
    it(`P43 a chain that is exported as ${form === 'archive' ? 'an archive' : 'a folder'} and imported elsewhere is the same, with what was noted on it`, async () => {
      await inFolder(async (folder) => {
        const store = await openStore(testEnv(), join(folder, 'one'));
        const backups = await chain(store);
        await store.annotate([backups[1]], {
          label: 'before the trip',
          pinned: true,
          tags: ['field'],
          note: 'two\nlines',
        });
        const target = join(folder, form === 'archive' ? 'all.blb' : 'all');
        await exportBackups({ env: testEnv() }, store, { backups, target, form });

        const other = await openStore(testEnv(), join(folder, 'two'));
        const { imported, missing, present, refused } = await importBackups({ env: testEnv() }, other, [target]);
        assert.deepEqual([imported.length, missing, present, refused], [3, [], 0, []]);
        assert.deepEqual(await contentOf(other), await contentOf(store));
        for (const archive of await other.archives()) assert.deepEqual(await verifyArchive(testEnv(), archive), []);
        // The files of the store are the very same backups: only what was read is in each.
        assert.deepEqual(
          (await other.archives()).map((path) => basename(path)).sort(),
          (await store.archives()).map((path) => basename(path)).sort(),
        );
      });
    });
  }

  it('P43 one backup that is exported needs no other archive, and unzip gives all of its files under their names', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const [, , third] = await chain(store);
      const target = join(folder, 'alone.blb');
      await exportBackups({ env: testEnv() }, store, { backups: [third], target, form: 'archive' });
      assert.deepEqual(await verifyArchive(testEnv(), target), []);
      await run('unzip', ['-q', target, '-d', join(folder, 'out')]);
      await run('sha256sum', ['-c', '--quiet', 'checksums.txt'], { cwd: join(folder, 'out') });
      await run('python3', ['-m', 'zipfile', '-t', target]);
      assert.equal(await readFile(join(folder, 'out', 'files', 'lib', 'wifi.py'), 'utf8'), 'wifi');
      assert.equal(await readFile(join(folder, 'out', 'files', 'main.py'), 'utf8'), '3');
      // What was unpacked is an import, too.
      const other = await openStore(testEnv(), join(folder, 'two'));
      const { imported, missing } = await importBackups({ env: testEnv() }, other, [join(folder, 'out')]);
      assert.deepEqual([imported.map(({ id }) => id), missing], [[third.id], []]);
      assert.deepEqual(await readTree(other, third), await readTree(store, third));
    });
  });

  it('P43 a folder has names that every system takes, and sha256sum passes in it', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const [full] = await chain(store);
      const target = join(folder, 'plain');
      await exportBackups({ env: testEnv() }, store, { backups: [full], target, form: 'folder' });
      await run('sha256sum', ['-c', '--quiet', 'checksums.txt'], { cwd: target });
      const names = (await readdir(join(target, 'files'))).sort();
      assert.deepEqual(names, ['A.py', '__proto__2', 'empty', 'lib', 'main.py']);
      await assert.rejects(exportBackups({ env: testEnv() }, store, { backups: [full], target, form: 'folder' }), {
        code: 'path-taken',
      });
    });
  });

  it('P43 what the store has already is not taken in twice, and gets back what it had lost (P18)', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const [full, second] = await chain(store);
      const target = join(folder, 'all.blb');
      await exportBackups({ env: testEnv() }, store, { backups: [second], target, form: 'archive' });
      await rm(full.archive);
      await assert.rejects(readTree(store, second), { code: 'content-missing' });
      const { imported, present, healed } = await importBackups({ env: testEnv() }, store, [target]);
      assert.deepEqual([imported.length, present, healed], [0, 1, 1]);
      assert.equal((await readTree(store, second)).get('lib/wifi.py')?.toString(), 'wifi');
      assert.equal((await store.list()).backups.length, 2);
    });
  });

  it('P43 two backups that had one name on two computers are both there afterwards', async () => {
    await inFolder(async (folder) => {
      const [here, there] = [
        await openStore(testEnv(), join(folder, 'here')),
        await openStore(testEnv(), join(folder, 'there')),
      ];
      const one = await takeBackup(here, { 'main.py': 'here' });
      const two = await takeBackup(there, { 'main.py': 'there' });
      assert.equal(basename(one.archive), basename(two.archive));
      await importBackups({ env: testEnv() }, here, [join(folder, 'there')]);
      const { backups } = await here.list();
      assert.equal(backups.length, 2);
      for (const backup of backups)
        assert.equal(
          (await readTree(here, backup)).get('main.py')?.toString(),
          backup.id === one.id ? 'here' : 'there',
        );
    });
  });

  it('P43 a whole store, one archive of which is damaged: the rest is taken in, and that one is named', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'one'));
      const [, second] = await chain(store);
      const other = aBoard({ id: 'other', name: 'Other board' });
      await takeBackup(store, { 'x.py': 'x' }, { board: other });
      await damageArchive(second.archive, '2');
      const two = await openStore(testEnv(), join(folder, 'two'));
      const { imported, refused } = await importBackups({ env: testEnv() }, two, [store.root]);
      assert.equal(imported.length, 3);
      assert.deepEqual(
        refused.map(({ path, error }) => [path, error.code]),
        [[second.archive, 'archive-damaged']],
      );
    });
  });

  it('P44 what is damaged, no archive, or from a newer version is refused, and nothing is written', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'one'));
      const [full] = await chain(store);
      const copy = join(folder, 'copy.blb');
      await copyFile(full.archive, copy);
      await damageArchive(copy, 'wifi');
      await writeFile(join(folder, 'text.blb'), 'this is no archive');
      await mkdir(join(folder, 'nothing'));
      const two = await openStore(testEnv(), join(folder, 'two'));
      for (const [name, code] of [
        ['copy.blb', 'archive-damaged'],
        ['text.blb', 'archive-damaged'],
        ['nothing', 'store-not-found'],
        ['gone.blb', 'store-not-found'],
      ] as const)
        await assert.rejects(importBackups({ env: testEnv() }, two, [join(folder, name)]), { code });
      assert.equal(await two.exists(), false);
    });
  });

  it('P44 a folder that was edited after it was exported: what is not the content of the backup is missing, not taken', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'one'));
      const [full] = await chain(store);
      const target = join(folder, 'plain');
      await exportBackups({ env: testEnv() }, store, { backups: [full], target, form: 'folder' });
      await writeFile(join(target, 'files', 'main.py'), 'X');
      const two = await openStore(testEnv(), join(folder, 'two'));
      const { missing, imported } = await importBackups({ env: testEnv() }, two, [target]);
      assert.deepEqual(missing, [{ id: full.id, path: 'main.py' }]);
      for (const backup of imported) assert.deepEqual(await verifyArchive(testEnv(), backup.archive), []);
      await assert.rejects(readTree(two, full), { code: 'content-missing' });
    });
  });

  it('a backup that has lost content is not exported as if it were whole', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'one'));
      const [full, second] = await chain(store);
      await rm(full.archive);
      const target = join(folder, 'x.blb');
      await assert.rejects(exportBackups({ env: testEnv() }, store, { backups: [second], target, form: 'archive' }), {
        code: 'content-missing',
      });
      assert.deepEqual((await readdir(folder)).sort(), ['one']);
    });
  });

  it('what was merged and deleted before travels like anything else', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'one'));
      const [full, second, third] = await chain(store);
      await deleteBackups({ env: testEnv() }, store, [full]);
      const target = join(folder, 'rest.blb');
      await exportBackups({ env: testEnv() }, store, { backups: [second, third], target, form: 'archive' });
      const two = await openStore(testEnv(), join(folder, 'two'));
      await importBackups({ env: testEnv() }, two, [target]);
      assert.deepEqual(await contentOf(two), await contentOf(store));
    });
  });
});
