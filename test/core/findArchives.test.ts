// Where a store looks for archives: in the folders of boards, in its root, and, for content alone, in its trash.

import assert from 'node:assert/strict';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isFile } from '../../src/core/archive/manifest.js';
import { createCatalogue } from '../../src/core/store/catalogue.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { collect, hashOf, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { watchedOpens } from '../support/watchedOpens.js';

const WHEN = '20251121_091500';

/** @returns where it lies then */
async function throwAway(root: string, archive: string, when = WHEN): Promise<string> {
  const trashed = join(root, 'trash', when, basename(dirname(archive)), basename(archive));
  await mkdir(dirname(trashed), { recursive: true });
  await rename(archive, trashed);
  return trashed;
}

async function fileOf(store: Store, backup: BackupSummary, path: string) {
  const file = (await store.readManifest(backup)).entries.filter(isFile).find((entry) => entry.path === path);
  assert.ok(file);
  return file;
}

describe('The trash of a store', () => {
  it('holds no backups: nothing in it is listed, found, verified or built on', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      await throwAway(root, one.archive);
      for (const fresh of [store, await openStore(testEnv(), root)]) {
        assert.deepEqual(await fresh.list(), { backups: [], unreadable: [], unclearNotes: [] });
        assert.deepEqual(await fresh.archives(), []);
        assert.deepEqual(await fresh.locate(hashOf(Buffer.from('1'))), []);
        await assert.rejects(fresh.find(one.id), { code: 'backup-not-found' });
      }
      const snapshot = await createCatalogue(testEnv(), root, { unlock: async () => undefined }).refresh();
      assert.deepEqual(
        snapshot.trashed.map(({ archive, summary }) => [archive, summary.id]),
        [[`trash/${WHEN}/${basename(dirname(one.archive))}/${basename(one.archive)}`, one.id]],
      );
      assert.equal(snapshot.places.size, 0);
      assert.equal(snapshot.trashedPlaces.size, 1);
    });
  });

  it('P18 gives back content that is nowhere else', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      const two = await takeIncremental(store, { 'main.py': '1', 'new.py': '2' });
      await throwAway(root, one.archive, `${WHEN}_2`);
      for (const fresh of [store, await openStore(testEnv(), root)])
        assert.deepEqual([...(await readTree(fresh, two)).values()].map(String), ['1', '2']);
    });
  });

  it('is asked after every place in the store, also where a manifest names it', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      const two = await takeIncremental(store, { 'main.py': '1' });
      const three = await takeBackup(store, { 'copy.py': '1' });
      await throwAway(root, one.archive);
      const { watched, opened } = watchedOpens();
      await store.list();
      const reopened = await openStore(testEnv({ fs: watched }), root);
      const file = await fileOf(reopened, two, 'main.py');
      assert.equal(file.archive, basename(one.archive));
      opened.length = 0;
      assert.equal(`${await collect(reopened.readContent(file))}`, '1');
      assert.deepEqual(new Set(opened), new Set([three.archive]));
    });
  });

  it('alarms nobody where something in it cannot be read', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      const board = join(root, 'trash', WHEN, 'some-board');
      await mkdir(board, { recursive: true });
      await writeFile(join(board, 'holiday.blb'), 'no archive');
      await writeFile(join(root, 'trash', 'note.txt'), 'mine');
      for (const loop of [join(root, 'trash', 'loop'), join(board, 'loop.blb')]) await symlink(loop, loop);
      const { backups, unreadable } = await store.list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [one.id],
      );
      assert.deepEqual(unreadable, []);
    });
  });

  it('is a name like any other where it is no folder', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      await writeFile(join(root, 'trash'), 'mine');
      await takeBackup(store, { 'main.py': '1' });
      assert.equal((await store.list()).backups.length, 1);
    });
  });
});

describe('The root of a store', () => {
  it('has archives too, where a person put one there', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      const put = join(root, 'from my friend.blb');
      await rename(one.archive, put);
      await mkdir(join(root, 'folder.blb'));
      const { backups, unreadable } = await store.list();
      assert.deepEqual(unreadable, []);
      assert.deepEqual(
        backups.map(({ id, archive }) => [id, archive]),
        [[one.id, put]],
      );
      assert.deepEqual([...(await readTree(store, one)).values()].map(String), ['1']);
      // A board has a folder of its own, whatever lies beside it.
      const two = await takeBackup(store, { 'main.py': '2' });
      assert.equal(dirname(two.archive), dirname(one.archive));
      assert.equal(two.sequence, 2);
    });
  });

  it('has folders that are no boards', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      for (const folder of ['quarantine', 'locks', 'trash']) {
        const { archive } = await takeBackup(store, { 'main.py': folder });
        await mkdir(join(root, folder));
        await rename(archive, join(root, folder, basename(archive)));
      }
      assert.deepEqual(await store.list(), { backups: [], unreadable: [], unclearNotes: [] });
    });
  });
});
