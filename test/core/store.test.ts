// A store as its users see it: listing, finding, names, two writers at once.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isBackupError } from '../../src/core/errors.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { chainsOf } from '../../src/core/plan/chains.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import {
  aBoard,
  aDraft,
  anOutcome,
  collect,
  hashOf,
  inChunks,
  inFolder,
  MORNING,
  readTree,
  takeBackup,
  takeIncremental,
  testEnv,
} from '../support/builders.js';

const greenhouse = aBoard({ id: 'greenhouse', name: 'Greenhouse' });

function inStore(test: (store: Store, root: string) => Promise<void>): () => Promise<void> {
  return () =>
    inFolder(async (folder) => test(await openStore(testEnv(), join(folder, 'store')), join(folder, 'store')));
}

describe('A store', () => {
  it(
    'that does not exist yet is empty, and is made with the first backup',
    inStore(async (store, root) => {
      assert.deepEqual(await store.list(), { backups: [], unreadable: [], unclearNotes: [] });
      await assert.rejects(stat(root));
      const backup = await takeBackup(store, { 'main.py': '1' });
      assert.equal(backup.archive, join(root, 'kitchen-sensor-3b025ee0', 'backup_20251121_091000.blb'));
    }),
  );

  it('whose path is a file is refused with a sentence', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'notes.txt');
      await writeFile(path, 'mine');
      await assert.rejects(openStore(testEnv(), path), { code: 'store-failed', message: /is a file, not a folder/ });
    });
  });

  it(
    'gives back every file of every backup, bit for bit',
    inStore(async (store) => {
      const first = { 'main.py': '1', 'lib/a.py': 'a', 'lib/b.py': 'b', 'empty.txt': '' };
      const second = { 'main.py': '2', 'lib/a.py': 'a', 'new.py': 'n' };
      const one = await takeBackup(store, first);
      const two = await takeIncremental(store, second);
      const text = async (backup: typeof one) =>
        Object.fromEntries([...(await readTree(store, backup))].map(([path, bytes]) => [path, `${bytes}`]));
      assert.deepEqual(await text(one), first);
      assert.deepEqual(await text(two), second);
      assert.equal(two.stored, 2);
      assert.equal(two.files, 3);
      assert.equal(two.parent, one.id);
    }),
  );

  it(
    'keeps a large file without holding it in memory at once',
    inStore(async (store) => {
      const piece = Buffer.alloc(1 << 20, 'MicroPython ');
      async function* chunks() {
        // One buffer for all pieces, as a reader may do it.
        const buffer = Buffer.alloc(piece.length);
        for (let count = 0; count < 8; count++) {
          piece.copy(buffer);
          yield buffer;
          buffer.fill(0);
        }
      }
      const all = Buffer.concat(Array.from({ length: 8 }, () => piece));
      const pending = await store.startBackup(aBoard(), aDraft());
      const file = {
        path: parseBoardPath('big.log'),
        size: all.length,
        mtime: null,
        sha256: hashOf(all),
        evidence: 'read-once' as const,
      };
      await pending.addFile(file, chunks());
      const backup = await pending.commit(anOutcome());
      assert.ok(backup.storedBytes < 100_000);
      assert.equal(
        hashOf(await collect(store.readContent({ ...file, archive: basename(backup.archive) }))),
        file.sha256,
      );
    }),
  );

  it('lists newest first: by sequence within a board, whatever the clock did (P46)', async () => {
    await inFolder(async (root) => {
      const at = async (now: number) => openStore(testEnv({ now }), root);
      const hour = 3_600_000;
      const one = await takeBackup(await at(MORNING), { a: '1' });
      // The clock steps back by a day, and another board is backed up in between.
      const two = await takeIncremental(await at(MORNING - 24 * hour), { a: '2' });
      const other = await takeBackup(await at(MORNING - hour), { a: '3' }, { board: greenhouse });
      const three = await takeIncremental(await at(MORNING - 23 * hour), { a: '4' });
      const { backups } = await (await at(MORNING)).list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [other, three, two, one].map(({ id }) => id),
      );
      assert.equal((await (await at(MORNING)).backupsOf(aBoard().id))[0]?.id, three.id);
    });
  });

  it(
    'finds a backup by id, by the beginning of an id, by its archive, and the latest',
    inStore(async (store) => {
      const one = await takeBackup(store, { a: '1' });
      const two = await takeBackup(store, { a: '2' }, { board: greenhouse });
      assert.equal((await store.find('latest')).id, two.id);
      assert.equal((await store.find('latest', aBoard().id)).id, one.id);
      for (const reference of [one.id, one.id.slice(0, 8), basename(one.archive), one.archive]) {
        assert.equal((await store.find(reference)).id, one.id);
      }
      for (const reference of ['abc', 'zzzz', 'backup_20200101_000000.blb', 'Latest', '']) {
        await assert.rejects(
          store.find(reference),
          (error) => isBackupError(error, 'backup-not-found') && Boolean(error.hint),
        );
      }
    }),
  );

  it('says so where a name fits several backups', async () => {
    await inFolder(async (root) => {
      for (const board of [aBoard(), greenhouse])
        await takeBackup(await openStore(testEnv(), root), { a: '1' }, { board });
      const store = await openStore(testEnv(), root);
      await assert.rejects(store.find('backup_20251121_091000.blb'), {
        code: 'bad-argument',
        message: /fits 2 backups/,
      });
    });
  });

  it(
    'goes on in the folder of a board that somebody renamed',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { a: '1' });
      await rename(dirname(one.archive), join(root, 'my kitchen'));
      const two = await takeIncremental(store, { a: '2' });
      assert.equal(dirname(two.archive), join(root, 'my kitchen'));
      assert.equal((await store.list()).backups.length, 2);
    }),
  );

  it(
    'lists what it can where one archive is no archive',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { a: '1' });
      await mkdir(join(root, 'other'));
      await writeFile(join(root, 'other', 'holiday.blb'), 'no archive');
      const { backups, unreadable } = await store.list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [one.id],
      );
      assert.deepEqual(
        unreadable.map(({ path, error }) => [basename(path), error.code]),
        [['holiday.blb', 'archive-damaged']],
      );
    }),
  );

  it(
    'leaves nothing of a backup that is abandoned',
    inStore(async (store) => {
      const pending = await store.startBackup(aBoard(), aDraft());
      await pending.addFolder(parseBoardPath('lib'));
      await pending.abandon();
      await pending.abandon();
      assert.deepEqual(await readdir(dirname(pending.archive)), []);
    }),
  );

  it(
    'takes no content that is not what it is said to be',
    inStore(async (store) => {
      const pending = await store.startBackup(aBoard(), aDraft());
      const file = {
        path: parseBoardPath('a'),
        size: 1,
        mtime: null,
        sha256: hashOf(Buffer.from('x')),
        evidence: 'read-once' as const,
      };
      await assert.rejects(pending.addFile(file, inChunks(Buffer.from('y'))), { code: 'store-failed', path: 'a' });
      await pending.abandon();
    }),
  );

  it(
    'keeps no file whose bytes it does not have',
    inStore(async (store) => {
      const pending = await store.startBackup(aBoard(), aDraft());
      const file = {
        path: parseBoardPath('a'),
        size: 1,
        mtime: null,
        sha256: hashOf(Buffer.from('x')),
        evidence: 'board-hash' as const,
      };
      await assert.rejects(pending.keepFile(file), { code: 'content-missing', path: 'a' });
      await pending.abandon();
    }),
  );

  it(
    'notes what could not be read (P31)',
    inStore(async (store) => {
      const pending = await store.startBackup(aBoard(), aDraft());
      pending.addError({ path: parseBoardPath('bad'), code: 'board-error', message: 'EIO' });
      const backup = await pending.commit(anOutcome());
      assert.equal(backup.errors, 1);
      assert.equal((await store.readManifest(backup)).errors[0]?.path, 'bad');
    }),
  );

  it(
    'says that a backup is gone when its archive is',
    inStore(async (store) => {
      const one = await takeBackup(store, { a: '1' });
      await rm(one.archive);
      await assert.rejects(store.readManifest(one), { code: 'backup-not-found' });
    }),
  );

  it(
    'makes archives read-only once they are in place',
    inStore(async (store) => {
      const { archive } = await takeBackup(store, { a: '1' });
      assert.equal((await stat(archive)).mode & 0o222, 0);
    }),
  );
});

describe('Names of archives', () => {
  it('move to the next free second where a name is taken (P46)', async () => {
    await inFolder(async (root) => {
      const env = () => testEnv({ now: Date.UTC(2025, 11, 31, 23, 59, 59) });
      for (let count = 0; count < 3; count++) await takeBackup(await openStore(env(), root), { a: `${count}` });
      const { backups } = await (await openStore(env(), root)).list();
      assert.deepEqual(
        backups.map(({ archive }) => basename(archive)),
        ['backup_20260101_000001.blb', 'backup_20260101_000000.blb', 'backup_20251231_235959.blb'],
      );
    });
  });

  it('belong to one writer each: eight at once make eight backups', async () => {
    await inFolder(async (root) => {
      const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
      const taken = await Promise.all(
        numbers.map(async (number) => takeBackup(await openStore(testEnv(), root), { a: `${number}` })),
      );
      assert.equal(new Set(taken.map(({ archive }) => archive)).size, 8);
      const store = await openStore(testEnv(), root);
      assert.equal((await store.list()).backups.length, 8);
      for (const [index, backup] of taken.entries()) {
        assert.equal(`${(await readTree(store, backup)).get('a')}`, `${numbers[index]}`);
      }
    });
  });

  it(
    'are not kept for ever by a writer that crashed',
    inStore(async (store, root) => {
      const { archive } = await takeBackup(store, { a: '1' });
      const inFolderOf = (name: string) => join(dirname(archive), name);
      const old = inFolderOf('backup_20251119_091000.blb.partial');
      const young = inFolderOf('backup_20251120_091000.2.blb.partial');
      const spool = join(root, 'spool-0123456789abcdef.partial');
      const index = join(root, 'index.json.01234567.partial');
      const day = 24 * 3_600_000;
      for (const path of [old, young, spool, index]) await writeFile(path, 'half');
      for (const path of [spool, index]) await utimes(path, new Date(), new Date(MORNING - 1.1 * day));
      // A backup may go on from an archive that was cut off: for a week.
      await utimes(old, new Date(), new Date(MORNING - 7.1 * day));
      await utimes(young, new Date(), new Date(MORNING - 6.9 * day));
      await takeIncremental(store, { a: '2' });
      const names = await readdir(dirname(archive));
      assert.deepEqual(
        [old, young].map((path) => names.includes(basename(path))),
        [false, true],
      );
      assert.equal((await store.list()).unreadable.length, 0);
      assert.deepEqual(await readdir(root), ['index.json', 'kitchen-sensor-3b025ee0']);
    }),
  );
});

describe('A folder that holds more than our backups', () => {
  it(
    'keeps what is not ours, however old it is and whatever it is called',
    inStore(async (store, root) => {
      const { archive } = await takeBackup(store, { a: '1' });
      const foreign = ['movie.mkv.partial', 'spool-mine.partial', 'backup_of_my_thesis.partial', '.partial'];
      const paths = foreign.flatMap((name) => [join(root, name), join(dirname(archive), name)]);
      for (const path of paths) {
        await writeFile(path, 'mine');
        await utimes(path, new Date(0), new Date(0));
      }
      await takeIncremental(store, { a: '2' });
      for (const path of paths) assert.equal(`${await readFile(path)}`, 'mine');
    }),
  );

  it(
    'lists every backup beside a link that leads in a circle',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { a: '1' });
      const loops = [join(root, 'loop'), join(dirname(one.archive), 'loop.blb')];
      for (const path of loops) await symlink(path, path);
      const { backups, unreadable } = await (await openStore(testEnv(), root)).list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [one.id],
      );
      // Where such a link leads, there is nothing.
      assert.deepEqual(unreadable, []);
      const two = await takeIncremental(await openStore(testEnv(), root), { a: '2' });
      assert.ok(two.sequence > one.sequence);
    }),
  );
});

describe('Chains', () => {
  it(
    'are a full backup and those since, newest first',
    inStore(async (store) => {
      await takeBackup(store, { a: '1' });
      await takeIncremental(store, { a: '2' });
      await takeBackup(store, { a: '3' });
      await takeIncremental(store, { a: '4' });
      const { backups } = await store.list();
      const shape = (list: typeof backups) =>
        chainsOf(list).map((chain) => [chain.full?.sequence ?? null, chain.backups.map(({ sequence }) => sequence)]);
      assert.deepEqual(shape(backups), [
        [3, [4, 3]],
        [1, [2, 1]],
      ]);
      // Without the oldest full one, what came after it is still a chain.
      assert.deepEqual(shape(backups.slice(0, 3)), [
        [3, [4, 3]],
        [null, [2]],
      ]);
    }),
  );
});
