// Archives in the trash that are damaged so much that nobody can list them: they go only where that is asked for, and where no backup
// may need what is in them.

import assert from 'node:assert/strict';
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type FileSystem, realEnv } from '../../src/core/env.js';
import { changeKey, finishKeyChange } from '../../src/core/jobs/changeKey.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import type { JobContext } from '../../src/core/jobs/job.js';
import { detailsOfKeyChange } from '../../src/core/jobs/keyText.js';
import { damagedStay, remainsInTrash } from '../../src/core/jobs/trashRemains.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder, takeBackup } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { QUICK } from '../support/encryptedStores.js';
import { flipByte } from '../support/secondPlaces.js';

const FIRST = { passphrase: 'first of all', workFactor: QUICK };
const SECOND = { passphrase: 'second of all', workFactor: QUICK };
const NOISE = 'q8#Zx!';

async function having(root: string, ...secrets: string[]): Promise<{ context: JobContext; store: Store }> {
  const env = { ...realEnv(), keys: { secretsFor: async () => secrets } };
  return { context: { env }, store: await openStore(env, root) };
}

/** Two backups, of which one is deleted. @returns its archive in the trash */
async function oneDeleted({ context, store }: { context: JobContext; store: Store }): Promise<string> {
  const one = await takeBackup(store, { 'main.py': 'first' });
  await takeBackup(store, { 'main.py': NOISE });
  await deleteBackups(context, store, [one]);
  const names = await readdir(join(store.root, 'trash'), { recursive: true });
  const name = names.find((each) => /\.blb(\.age)?$/.test(each));
  assert.ok(name !== undefined);
  return join(store.root, 'trash', name);
}

/** A disk that gives nothing but zeros for one file, the first times that it is opened. */
function lying(real: FileSystem, path: string, lies: number): FileSystem & { looks(): number } {
  let looks = 0;
  return {
    ...real,
    looks: () => looks,
    async open(name, mode) {
      const file = await real.open(name, mode);
      if (name !== path) return file;
      looks += 1;
      if (looks > lies) return file;
      return {
        ...{ append: (bytes) => file.append(bytes), sync: () => file.sync() },
        ...{ size: () => file.size(), close: () => file.close() },
        async read(into, position) {
          const length = await file.read(into, position);
          into.fill(0);
          return length;
        },
      };
    },
  };
}

const isThere = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** What a list reads. */
const DIRECTORY = 'PK\x01\x02';
const LAST_BYTES = 0.995;

describe('What is damaged in the trash', () => {
  it('stays when the trash is emptied, and goes where that is asked for', () =>
    inFolder(async (root) => {
      const archive = await oneDeleted(await having(root));
      await damageArchive(archive, DIRECTORY);
      const { context, store } = await having(root);
      assert.deepEqual(
        (await remainsInTrash(context, store)).map((each) => each.archive),
        [archive],
      );
      const emptied = await emptyTrash(context, store);
      assert.deepEqual([emptied.archives, emptied.left, await isThere(archive)], [0, 1, true]);
      const old = await emptyTrash(context, store, { damaged: true, before: Date.now() - 86_400_000 });
      assert.deepEqual([old.archives, old.left], [0, 1]);
      const cleared = await emptyTrash(context, store, { damaged: true });
      assert.deepEqual([cleared.archives, cleared.left, cleared.lacking], [1, 0, undefined]);
      assert.equal(await isThere(archive), false);
      assert.equal((await store.list()).backups.length, 1);
    }));

  it('stays while a backup lacks anything: it may be in there', () =>
    inFolder(async (root) => {
      const archive = await oneDeleted(await having(root));
      await damageArchive(archive, DIRECTORY);
      const { context, store } = await having(root);
      const [kept] = (await store.list()).backups;
      assert.ok(kept);
      await damageArchive(kept.archive, NOISE);
      const emptied = await emptyTrash(context, store, { damaged: true });
      assert.deepEqual([emptied.archives, emptied.left, emptied.lacking], [0, 1, kept.archive]);
      assert.equal(await isThere(archive), true);
      assert.match(damagedStay(1, kept.archive), /^1 damaged archive in the trash stays, because .* is not whole/);
    }));

  it('stays where a second look finds it whole (P11)', () =>
    inFolder(async (root) => {
      const { context, store } = await having(root);
      const archive = await oneDeleted({ context, store });
      const bytes = await readFile(archive);
      const withLies = async (lies: number) => {
        const fs = lying(context.env.fs, archive, lies);
        const env = { ...context.env, fs };
        const { archives, left } = await emptyTrash({ env }, await openStore(env, root), { damaged: true });
        return { archives, left, looks: fs.looks() };
      };
      const { looks, ...gone } = await withLies(Number.POSITIVE_INFINITY);
      assert.deepEqual([gone, await isThere(archive)], [{ archives: 1, left: 0 }, false]);
      await mkdir(dirname(archive), { recursive: true });
      await writeFile(archive, bytes);
      const stays = await withLies(looks - 1);
      assert.deepEqual([stays, await isThere(archive)], [{ archives: 0, left: 1, looks }, true]);
    }));

  it('keeps a change of key open until the trash is emptied of it', () =>
    inFolder(async (root) => {
      const plain = await having(root);
      const archive = await oneDeleted(plain);
      await changeKey(plain.context, plain.store, FIRST);
      const sealed = `${archive}.age`;
      await flipByte(sealed, LAST_BYTES);
      const first = await having(root, FIRST.passphrase);
      const changed = await changeKey(first.context, first.store, SECOND);
      assert.deepEqual([changed.isEnded, changed.changed], [false, 1]);
      assert.match(
        detailsOfKeyChange(changed).at(-1) ?? '',
        /1 archive in the way\. Empty the trash \(`mpbackup trash --empty --damaged`\), then finish it \(`mpbackup key finish`\)\.$/,
      );
      const second = await having(root, SECOND.passphrase);
      assert.equal((await finishKeyChange(second.context, second.store)).isEnded, false);
      assert.equal((await emptyTrash(second.context, second.store, { damaged: true })).archives, 1);
      assert.equal(await isThere(sealed), false);
      const finished = await finishKeyChange(second.context, second.store);
      assert.deepEqual([finished.isEnded, finished.left], [true, []]);
      const encryption = await second.store.encryption();
      assert.deepEqual([encryption.state, encryption.state !== 'plain' && encryption.pending], ['encrypted', 0]);
    }));
});
