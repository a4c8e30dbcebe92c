// Damage and its repair: what is sound is saved, what is elsewhere comes back, what is lost is named, and nothing is thrown away.

import assert from 'node:assert/strict';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { realEnv } from '../../src/core/env.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { repair } from '../../src/core/jobs/repair.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';

const context = { env: testEnv() };
const NOISE = 'q8#Zx!';

async function texts(store: Store, backup: BackupSummary): Promise<Record<string, string>> {
  return Object.fromEntries([...(await readTree(store, backup))].map(([path, bytes]) => [path, bytes.toString()]));
}

describe('Repair', () => {
  it('finds nothing to do in a sound store, and changes nothing', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const backup = await takeBackup(store, { 'main.py': NOISE });
      const bytes = await readFile(backup.archive);
      const { written, quarantined, lost, unread } = await repair(context, store);
      assert.deepEqual([written, quarantined, lost, unread], [[], [], [], []]);
      assert.deepEqual(await readFile(backup.archive), bytes);
    });
  });

  it('P18 content that is damaged in one archive and sound in another is repaired; the damaged archive is in quarantine', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': NOISE, 'a.py': 'a' });
      await takeBackup(store, { 'copy.py': NOISE });
      await damageArchive(one.archive, NOISE);
      const damaged = await readFile(one.archive);
      const result = await repair(context, store);
      assert.deepEqual([result.written.length, result.quarantined, result.lost], [1, [one.archive], []]);
      assert.deepEqual((await verify(context, store)).damaged, []);
      assert.deepEqual(await texts(store, one), { 'main.py': NOISE, 'a.py': 'a' });
      const aside = (await readdir(join(root, 'quarantine'), { recursive: true })).filter((name) =>
        name.endsWith('.blb'),
      );
      assert.equal(aside.length, 1);
      assert.deepEqual(await readFile(join(root, 'quarantine', aside[0] ?? '')), damaged);
    });
  });

  it('P17 what is nowhere else is named with every backup that needs it, and the rest of the archive is saved', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': NOISE, 'a.py': 'a' });
      const two = await takeIncremental(store, { 'main.py': NOISE, 'a.py': 'a', 'b.py': 'b' });
      await damageArchive(one.archive, NOISE);
      const { lost } = await repair(context, store);
      assert.deepEqual(
        lost.map(({ path, size, backups }) => [path, size, new Set(backups)]),
        [['main.py', NOISE.length, new Set([one.id, two.id])]],
      );
      // The archives are whole; what they say that is lost is told as such, not as damage of an archive.
      const { damaged } = await verify(context, store);
      assert.deepEqual(
        damaged.map(({ path, certainty }) => [path, certainty]),
        [['main.py', 'missing']],
      );
      assert.ok((await store.list()).backups.every(({ verified }) => verified?.isSound === false));
      // The next backup that has the content again heals both.
      const manifest = await store.readManifest(two);
      assert.ok(manifest);
      await takeBackup(store, { 'again.py': NOISE });
      assert.deepEqual(await texts(store, one), { 'main.py': NOISE, 'a.py': 'a' });
      assert.deepEqual((await verify(context, store)).damaged, []);
    });
  });

  it('P18 an archive that was unpacked and zipped again by something else comes back as it was, as does one that lost its end', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const long = 'a line\n'.repeat(40);
      const first = await takeBackup(store, { 'main.py': NOISE, 'lib/log.txt': long, 'empty.txt': '' });
      const second = await takeBackup(store, { 'main.py': '2' });
      // Its headers have the sizes, and its end has no seal.
      const zipped = async ({ archive }: BackupSummary) => Buffer.from(zipSync(unzipSync(await readFile(archive))));
      const [one, two] = [await zipped(first), await zipped(second)];
      for (const { archive } of [first, second]) await rm(archive);
      await writeFile(first.archive, one);
      await writeFile(second.archive, two.subarray(0, two.indexOf('PK\x01\x02', 0, 'latin1') + 10));
      const { written, quarantined, lost, gone } = await repair(context, store);
      assert.deepEqual([written.length, quarantined.length, lost, gone], [2, 2, [], []]);
      assert.deepEqual((await verify(context, store)).damaged, []);
      assert.deepEqual(await texts(store, first), { 'main.py': NOISE, 'lib/log.txt': long, 'empty.txt': '' });
      assert.deepEqual(await texts(store, second), { 'main.py': '2' });
    });
  });

  it('P18 an archive with other bytes before and behind it comes back as it was', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const backup = await takeBackup(store, { 'main.py': NOISE });
      const bytes = await readFile(backup.archive);
      await rm(backup.archive);
      await writeFile(backup.archive, Buffer.concat([Buffer.alloc(100_000, 'P'), bytes, Buffer.from('PK')]));
      const { quarantined, gone } = await repair(context, store);
      assert.deepEqual([quarantined, gone], [[backup.archive], []]);
      assert.deepEqual(await texts(store, backup), { 'main.py': NOISE });
    });
  });

  it('P18 content that only the trash has is taken from there', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const old = await takeBackup(store, { 'main.py': NOISE, 'x.py': 'x' });
      const one = await takeBackup(store, { 'main.py': NOISE });
      await deleteBackups(context, store, [old]);
      await damageArchive(one.archive, NOISE);
      const { lost, recovered } = await repair(context, store);
      assert.deepEqual([lost, recovered], [[], { fromStore: 0, fromBoard: 0 }]);
      await rm(join(root, 'trash'), { recursive: true });
      assert.deepEqual(await texts(await openStore(testEnv(), root), one), { 'main.py': NOISE });
    });
  });

  it('an archive whose end is missing is rewritten, with its backup if the manifest is whole', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': NOISE, 'lib/a.py': 'a' });
      const two = await takeIncremental(store, { 'main.py': NOISE, 'lib/a.py': 'changed' });
      const bytes = await readFile(one.archive);
      await rm(one.archive);
      await writeFile(one.archive, bytes.subarray(0, bytes.lastIndexOf('PK\x01\x02') - 10));
      assert.equal((await store.list()).backups.length, 1);
      const { quarantined, lost } = await repair(context, store);
      assert.deepEqual([quarantined, lost], [[one.archive], []]);
      const { backups } = await store.list();
      assert.deepEqual(new Set(backups.map(({ id }) => id)), new Set([one.id, two.id]));
      assert.deepEqual(await texts(store, one), { 'main.py': NOISE, 'lib/a.py': 'a' });
      assert.deepEqual(await texts(store, two), { 'main.py': NOISE, 'lib/a.py': 'changed' });
      assert.deepEqual((await verify(context, store)).damaged, []);
    });
  });

  it('an archive that is cut off before its manifest gives its files to the backups that need them', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': NOISE, 'lib/a.py': 'a' });
      const two = await takeIncremental(store, { 'main.py': NOISE, 'lib/a.py': 'a', 'b.py': 'b' });
      const bytes = await readFile(one.archive);
      await rm(one.archive);
      await writeFile(one.archive, bytes.subarray(0, bytes.indexOf('manifest.json') - 30));
      await repair(context, store);
      assert.deepEqual(
        (await store.list()).backups.map(({ id }) => id),
        [two.id],
      );
      assert.deepEqual(await texts(store, two), { 'main.py': NOISE, 'lib/a.py': 'a', 'b.py': 'b' });
    });
  });

  it('P11 an archive that the disk does not read is not called damaged: it is named, and stays where it is', async () => {
    await inFolder(async (root) => {
      const one = await takeBackup(await openStore(testEnv(), root), { 'main.py': NOISE });
      const { fs } = realEnv();
      const failing: typeof fs = {
        ...fs,
        async open(path, mode) {
          const file = await fs.open(path, mode);
          const read = () => Promise.reject(Object.assign(new Error('EIO: planned'), { code: 'EIO' }));
          return path === one.archive ? { ...file, read } : file;
        },
      };
      const store = await openStore(testEnv({ fs: failing }), root);
      const { unread, quarantined } = await repair({ env: testEnv({ fs: failing }) }, store);
      assert.deepEqual(
        [quarantined, unread.every(({ certainty }) => certainty === 'read-error'), unread.length > 0],
        [[], true, true],
      );
      assert.deepEqual(await texts(await openStore(testEnv(), root), one), { 'main.py': NOISE });
    });
  });

  it('deleting works again once a damaged archive is in quarantine', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      const two = await takeBackup(store, { 'main.py': '2' });
      await truncate(two.archive, 100).catch(async () => {
        await rm(two.archive);
        await writeFile(two.archive, 'short');
      });
      await assert.rejects(deleteBackups(context, store, [one]), { code: 'archive-damaged' });
      await repair(context, store);
      await deleteBackups(context, store, [one]);
      assert.deepEqual((await store.list()).backups, []);
    });
  });
});
