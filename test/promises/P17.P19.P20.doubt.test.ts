// Who takes something away believes nothing that was only remembered, and nothing that the disk does not read: disks that rot in
// silence, an index that lies, copies of archives and folders, what lies only in the trash.

import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { planPrune, prune } from '../../src/core/jobs/prune.js';
import { repair } from '../../src/core/jobs/repair.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { verify } from '../../src/core/jobs/verify.js';
import { decodeIndex, encodeIndex } from '../../src/core/store/indexFile.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { collect, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive, rotArchive, settle } from '../support/damage.js';

const context = { env: testEnv() };
const NOISE = 'q8#Zx!';

/** Content that is stored as it is, and larger than what is read of an archive at once. */
function noise(number: number): Uint8Array {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, number), Buffer.alloc(16)).update(Buffer.alloc(300_000));
}

function inStore(test: (store: Store, root: string) => Promise<void>): () => Promise<void> {
  return () => inFolder(async (root) => test(await openStore(testEnv(), root), root));
}

async function fileIn(store: Store, backup: BackupSummary, path: string): Promise<string | undefined> {
  return (await readTree(store, backup)).get(path)?.toString();
}

/** A full backup that lies in the trash, by hand, and one in the store that needs it. */
async function needsTrash(store: Store, root: string): Promise<BackupSummary> {
  const one = await takeBackup(store, { 'main.py': NOISE, 'lib/a.py': 'a' });
  const two = await takeIncremental(store, { 'main.py': NOISE, 'lib/a.py': 'b' });
  const place = join(root, 'trash', '20250101_000000', basename(dirname(one.archive)));
  await mkdir(place, { recursive: true });
  await rename(one.archive, join(place, basename(one.archive)));
  assert.equal(await fileIn(store, two, 'main.py'), NOISE);
  return two;
}

describe('In doubt', () => {
  it(
    'P17 an archive that rots in its directory, unseen by the index: a repair brings its backup out again',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': NOISE, 'lib/a.py': 'a' });
      const two = await takeBackup(store, { 'main.py': 'other' });
      await settle(one.archive);
      await store.list();
      await rotArchive(one.archive, 'PK\x01\x02');
      const fresh = await openStore(testEnv(), root);
      assert.equal((await fresh.list()).unreadable.length, 0, 'nobody sees it');
      const { gone, lost, written } = await repair(context, fresh);
      assert.deepEqual([gone, lost, written.length], [[], [], 1]);
      assert.deepEqual(new Set((await fresh.list()).backups.map(({ id }) => id)), new Set([one.id, two.id]));
      assert.equal(await fileIn(fresh, one, 'main.py'), NOISE);
    }),
  );

  it(
    'P17 a backup whose list of files is damaged is named as gone',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': NOISE });
      const bytes = await readFile(one.archive);
      const at = bytes.indexOf('manifest.json') + 'manifest.json'.length + 20;
      await chmod(one.archive, 0o600);
      await writeFile(one.archive, bytes.fill(0, at, at + 8));
      const { gone } = await repair(context, await openStore(testEnv(), root));
      assert.deepEqual(gone, [one.archive]);
    }),
  );

  const failures = {
    'its archive': (two: BackupSummary) => ({ open: two.archive }),
    'its folder': (two: BackupSummary) => ({ list: dirname(two.archive) }),
  };
  for (const [what, whichFails] of Object.entries(failures)) {
    it(
      `P19 the trash is not emptied while ${what} cannot be read, which may need it`,
      inStore(async (store, root) => {
        const two = await needsTrash(store, root);
        const fails: { open?: string; list?: string } = whichFails(two);
        const { fs } = realEnv();
        const refused = () => Promise.reject(Object.assign(new Error('EIO: planned'), { code: 'EIO' }));
        const failing: typeof fs = {
          ...fs,
          open: (path, mode) => (path === fails.open ? refused() : fs.open(path, mode)),
          list: (path) => (path === fails.list ? refused() : fs.list(path)),
        };
        await rm(join(root, 'index.json'), { force: true });
        const other = await openStore(testEnv({ fs: failing }), root);
        await assert.rejects(emptyTrash(context, other), { code: 'archive-damaged' });
        assert.equal(await fileIn(await openStore(testEnv(), root), two, 'main.py'), NOISE);
      }),
    );
  }

  it(
    'P19 P21 an index that tells less of the trash than it holds: what is needed moves all the same',
    inStore(async (store, root) => {
      const two = await needsTrash(store, root);
      const path = join(root, 'index.json');
      const rows = decodeIndex(await readFile(path));
      assert.ok(rows);
      assert.ok(rows.some(({ archive }) => archive.startsWith('trash/')));
      const lying = rows.map((row) => (row.archive.startsWith('trash/') ? { ...row, contents: [] } : row));
      await writeFile(path, encodeIndex(lying));
      const fresh = await openStore(testEnv(), root);
      await emptyTrash(context, fresh);
      assert.equal(await fileIn(fresh, two, 'main.py'), NOISE);
    }),
  );

  it(
    'P20 two copies of one archive under one name: both are in the trash, and the sound one comes back',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': NOISE });
      await copyFile(one.archive, join(root, basename(one.archive)));
      await damageArchive(one.archive, NOISE);
      await deleteBackups(context, store, [one]);
      const names = await readdir(join(root, 'trash'), { recursive: true });
      assert.equal(names.filter((name) => name.endsWith('.blb')).length, 2);
    }),
  );

  it(
    'P20 P46 what is brought back is not newer than what was taken since it was deleted',
    inStore(async (store) => {
      await takeBackup(store, { 'main.py': '1' });
      const second = await takeBackup(store, { 'main.py': '2' });
      const third = await takeBackup(store, { 'main.py': '3' });
      await deleteBackups(context, store, [second, third]);
      const fourth = await takeBackup(store, { 'main.py': '4' });
      await undelete(
        context,
        store,
        (await store.trash()).filter(({ id }) => id === third.id),
      );
      assert.equal((await store.find('latest')).id, fourth.id);
    }),
  );

  it(
    'P20 what is brought back stands on its own: it verifies, and nothing of it is only in the trash',
    inStore(async (store) => {
      const one = await takeBackup(store, { 'main.py': NOISE, 'lib/a.py': 'a' });
      const two = await takeIncremental(store, { 'main.py': NOISE, 'lib/a.py': 'b' });
      await deleteBackups(context, store, [one, two]);
      await undelete(
        context,
        store,
        (await store.trash()).filter(({ id }) => id === two.id),
      );
      assert.deepEqual((await verify(context, store)).damaged, []);
      for (const entry of (await store.readManifest(two)).entries)
        if (entry.type === 'file') assert.ok((await store.locate(entry.sha256)).length > 0, entry.path);
    }),
  );

  it(
    'P18 an archive in the trash that has rotted stops no repair',
    inStore(async (store, root) => {
      const two = await needsTrash(store, root);
      const [trashed] = await store.trash();
      assert.ok(trashed);
      await damageArchive(trashed.archive, NOISE);
      const { lost } = await repair(context, store);
      assert.deepEqual(
        lost.map(({ path, backups }) => [path, backups]),
        [['main.py', [two.id]]],
      );
    }),
  );

  it(
    'P11 P17 what the disk does not read today is neither lost nor known to be sound, also beside what is damaged',
    inStore(async (first, root) => {
      const one = await takeBackup(
        first,
        new Map([['a.py', Buffer.from(NOISE)] as const, ['b.bin', noise(1)] as const]),
      );
      const two = await takeBackup(first, new Map([['c.bin', noise(2)]]));
      await damageArchive(one.archive, NOISE);
      const sectors = new Map<string, number>();
      for (const [{ archive }, bytes] of [
        [one, noise(1)],
        [two, noise(2)],
      ] as const)
        sectors.set(archive, (await readFile(archive)).indexOf(bytes) + bytes.length / 2);
      const { fs } = realEnv();
      const failing: typeof fs = {
        ...fs,
        async open(path, mode) {
          const file = await fs.open(path, mode);
          const bad = sectors.get(path);
          if (bad === undefined) return file;
          return {
            ...file,
            read: (into, position) =>
              position <= bad && position + into.length > bad
                ? Promise.reject(Object.assign(new Error('EIO: planned'), { code: 'EIO' }))
                : file.read(into, position),
          };
        },
      };
      const store = await openStore(testEnv({ fs: failing }), root);
      const { unread, quarantined } = await repair({ env: testEnv({ fs: failing }) }, store);
      assert.ok(unread.length > 0);
      assert.deepEqual(quarantined, []);
      assert.ok((await store.list()).backups.every(({ verified }) => verified?.isSound !== true));
      const again = await openStore(testEnv(), root);
      assert.deepEqual((await readTree(again, two)).get('c.bin'), Buffer.from(noise(2)));
      const file = (await again.readManifest(one)).entries.find(({ path }) => path === 'b.bin');
      assert.ok(file?.type === 'file');
      assert.deepEqual(await collect(again.readContent(file)), Buffer.from(noise(1)));
    }),
  );

  it(
    'P22 a pin holds, also where the copy of a folder says otherwise',
    inStore(async (store) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      await store.annotate([one], { pinned: true });
      await store.annotate([one], { pinned: false });
      const folder = dirname(one.archive);
      await mkdir(`${folder} copy`);
      for (const name of await readdir(folder)) await copyFile(join(folder, name), join(`${folder} copy`, name));
      await store.annotate([{ ...one, archive: join(folder, basename(one.archive)) }], { pinned: true });
      assert.equal((await store.find(one.id)).pinned, true);
    }),
  );

  it(
    'P22 where it is not known what is pinned, nothing is deleted or pruned',
    inStore(async (store) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      await takeBackup(store, { 'main.py': '2' });
      const plan = await planPrune(context, store, { last: 1 });
      await store.annotate([one], { pinned: true });
      const notes = join(dirname(one.archive), 'annotations.jsonl');
      await writeFile(notes, (await readFile(notes, 'utf8')).replace('"pinned":true', '"pinned":trux'));
      await assert.rejects(planPrune(context, store, { last: 1 }), { code: 'store-failed', message: /pinned/ });
      await assert.rejects(prune(context, store, plan), { code: 'store-failed' });
      await assert.rejects(deleteBackups(context, store, [one]), { code: 'store-failed' });
      assert.equal((await store.list()).backups.length, 2);
    }),
  );

  it(
    'what is noted on an archive that lies at the top of the store goes with it to the trash',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      await rename(one.archive, join(root, basename(one.archive)));
      await store.annotate([await store.find(one.id)], { label: 'mine' });
      await deleteBackups(context, store, [await store.find(one.id)]);
      assert.equal((await store.trash())[0]?.label, 'mine');
    }),
  );

  it(
    'P44 an import that names a day that never was is refused as damaged',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      const target = join(root, '..', `${basename(root)}-export`);
      await exportBackups(context, store, { backups: [one], target, form: 'folder' });
      try {
        const path = join(target, 'manifest.json');
        const text = (await readFile(path, 'utf8')).replace(
          /"createdAt":"[^"]*"/,
          '"createdAt":"2025-99-99T99:99:99.999Z"',
        );
        await writeFile(path, text);
        await assert.rejects(importBackups(context, store, [target]), { code: 'archive-damaged' });
      } finally {
        await rm(target, { recursive: true });
      }
    }),
  );

  it(
    'P18 an import whose content the store has in rotten form only puts it back',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': NOISE });
      const target = join(root, '..', `${basename(root)}.blb`);
      await exportBackups(context, store, { backups: [one], target, form: 'archive' });
      try {
        await settle(one.archive);
        await store.list();
        await rotArchive(one.archive, NOISE);
        const { healed } = await importBackups(context, store, [target]);
        assert.equal(healed, 1);
        assert.equal(await fileIn(store, one, 'main.py'), NOISE);
        assert.deepEqual((await verify(context, store)).damaged, []);
      } finally {
        await rm(target);
      }
    }),
  );
});
