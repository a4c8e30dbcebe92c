// The index is a cache: without it, with a damaged one, or with one from elsewhere, the listing is the same.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { realEnv } from '../../src/core/env.js';
import { decodeIndex, encodeIndex } from '../../src/core/store/indexFile.js';
import { openStore } from '../../src/core/store/store.js';
import {
  aBoard,
  aDraft,
  hashOf,
  inFolder,
  readTree,
  takeBackup,
  takeIncremental,
  testEnv,
} from '../support/builders.js';
import { watchedOpens } from '../support/watchedOpens.js';

async function withStore(test: (root: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const store = await openStore(testEnv(), folder);
    await takeBackup(store, { 'main.py': '1', 'lib/a.py': 'a' });
    await takeIncremental(store, { 'main.py': '2', 'lib/a.py': 'a' });
    const other = {
      board: aBoard({ id: 'other', name: 'Greenhouse' }),
      draft: aDraft({ metadata: [['set', 'light']] }),
    };
    await takeBackup(store, { 'boot.py': '3' }, other);
    await test(folder);
  });
}

/** An index that is believed: the hash is over the bytes of the rows. */
function sealedIndex(rows: string): string {
  return `{"sha256":"${hashOf(Buffer.from(rows))}","version":5,"rows":${rows}}`;
}

async function listing(root: string) {
  return (await openStore(testEnv(), root)).list();
}

describe('P21 The index is a cache', () => {
  it('P21 without an index, the listing is the same, and the index is made again', async () => {
    await withStore(async (root) => {
      const before = await listing(root);
      assert.deepEqual(
        before.backups.map(({ set }) => set),
        ['light', undefined, undefined],
      );
      const index = await readFile(join(root, 'index.json'));
      await rm(join(root, 'index.json'));
      assert.deepEqual(await listing(root), before);
      assert.deepEqual(await readFile(join(root, 'index.json')), index);
    });
  });

  it('P21 however the index is damaged, the listing is the same', async function () {
    this.timeout(60_000);
    await withStore(async (root) => {
      const before = await listing(root);
      const index = await readFile(join(root, 'index.json'));
      const damaged = [
        Buffer.alloc(0),
        Buffer.from('null'),
        Buffer.from('{"version":1}'),
        index.subarray(0, index.length >> 1),
      ];
      for (let at = 0; at < index.length; at += 37) {
        const flipped = Buffer.from(index);
        flipped.writeUInt8((flipped[at] ?? 0) ^ 1, at);
        damaged.push(flipped);
      }
      for (const bytes of damaged) {
        await writeFile(join(root, 'index.json'), bytes);
        assert.deepEqual(await listing(root), before);
      }
    });
  });

  it('P21 if the index is a folder, a pipe or the like, the listing is the same, and does not wait', async function () {
    if (process.platform === 'win32') this.skip();
    await withStore(async (root) => {
      const before = await listing(root);
      const path = join(root, 'index.json');
      const pretenders = [
        () => promisify(execFile)('mkfifo', [path]),
        () => mkdir(path),
        () => symlink(path, path),
        () => writeFile(path, '['.repeat(3_000_000)),
      ];
      for (const pretend of pretenders) {
        await rm(path, { recursive: true, force: true });
        await pretend();
        assert.deepEqual(await listing(root), before);
      }
    });
  });

  it('P21 an index of another version is not read', async () => {
    await withStore(async (root) => {
      const before = await listing(root);
      await writeFile(join(root, 'index.json'), JSON.stringify({ version: 99, sha256: '', archives: 'elsewhere' }));
      assert.deepEqual(await listing(root), before);
    });
  });

  it('P21 an index with the right hash and nonsense in it is made again', async () => {
    await withStore(async (root) => {
      const path = join(root, 'index.json');
      const before = await listing(root);
      const index = `${await readFile(path)}`;
      const rows: unknown[][] = JSON.parse(index).rows;
      assert.equal(sealedIndex(JSON.stringify(rows)), index, 'what is made here would be believed');
      const [first = [], ...others] = rows;
      const changed = (at: number, value: unknown) => [
        first.map((old, index) => (index === at ? value : old)),
        ...others,
      ];
      const summary = (overrides: object) => changed(3, { ...(first[3] as object), ...overrides });
      const nonsense: unknown[] = [
        ...[null, 'rows', {}, [null], [[]], [first.slice(0, 4), ...others], rows.map((row) => row.length)],
        ...[changed(0, 1), changed(1, '1'), changed(1, -1), changed(2, null), changed(3, 'summary'), changed(4, {})],
        ...[
          changed(4, ['a']),
          changed(4, [...(first[4] as []), 'more']),
          changed(4, ['../../evil', '../../evil', 1, 1]),
        ],
        ...[
          summary({ id: '../evil' }),
          summary({ createdAt: 'yesterday' }),
          summary({ kind: 'odd' }),
          summary({ files: -1 }),
        ],
        ...[summary({ board: null }), summary({ parent: 7 }), summary({ label: { toString: 1 } })],
        // Paths that lead out, and archives that are not there: rows of no archive of this store.
        ...['../evil.blb', '/etc/passwd', 'trash/../a.blb', '__proto__'].map((archive) => [
          [archive, ...first.slice(1)],
        ]),
        ...[[], [first, first], [...rows, ...rows]],
      ];
      for (const value of nonsense) {
        await writeFile(path, sealedIndex(JSON.stringify(value)));
        assert.deepEqual(await listing(root), before, JSON.stringify(value).slice(0, 200));
        assert.equal(`${await readFile(path)}`, index);
      }
      for (const text of ['', '[', '[1,', `${'['.repeat(1000)}`, '[] ,[]', index]) {
        await writeFile(path, sealedIndex(text));
        assert.deepEqual(await listing(root), before, text.slice(0, 200));
      }
      console.log(`      ${nonsense.length} indexes of nonsense`);
    });
  });

  it('P21 an index that is wrong about what an archive holds loses no file', async () => {
    await withStore(async (root) => {
      const path = join(root, 'index.json');
      const rows: unknown[][] = JSON.parse(`${await readFile(path)}`).rows;
      const elsewhere = rows.map((row) =>
        row.with(
          4,
          (row[4] as unknown[]).map((value) =>
            typeof value === 'string' && value.startsWith('files/') ? 'files/../evil' : value,
          ),
        ),
      );
      for (const wrong of [elsewhere, rows.map((row) => row.with(4, []))]) {
        await writeFile(path, sealedIndex(JSON.stringify(wrong)));
        const store = await openStore(testEnv(), root);
        const tree = await readTree(store, await store.find('latest', aBoard().id));
        assert.deepEqual(Object.fromEntries([...tree].map(([name, bytes]) => [name, `${bytes}`])), {
          'main.py': '2',
          'lib/a.py': 'a',
        });
      }
    });
  });

  it('P21 an index that is read and written again is the same', async () => {
    await withStore(async (root) => {
      const index = await readFile(join(root, 'index.json'));
      const rows = decodeIndex(index);
      assert.equal(rows?.length, 3);
      assert.deepEqual(Buffer.from(encodeIndex(rows)), index);
    });
  });

  it('P21 an archive that cannot be read is no reason to write the index again', async () => {
    await withStore(async (root) => {
      await writeFile(join(root, 'holiday.blb'), 'no archive');
      const before = await listing(root);
      assert.equal(before.unreadable.length, 1);
      const index = await stat(join(root, 'index.json'));
      assert.deepEqual(await listing(root), before);
      assert.equal((await stat(join(root, 'index.json'))).ino, index.ino);
    });
  });

  it('P21 two programs that write the index at once leave a whole one', async () => {
    await withStore(async (root) => {
      const path = join(root, 'index.json');
      const before = await listing(root);
      const index = await readFile(path);
      for (let round = 0; round < 20; round++) {
        await rm(path);
        const both = await Promise.all([listing(root), listing(root)]);
        assert.deepEqual(both, [before, before]);
        assert.deepEqual(await readFile(path), index);
      }
      assert.deepEqual(
        (await readdir(root)).filter((name) => name.endsWith('.partial')),
        [],
      );
    });
  });

  it('P21 the index of another store says nothing about this one', async () => {
    await withStore(async (root) => {
      const index = await readFile(join(root, 'index.json'));
      await inFolder(async (other) => {
        await takeBackup(await openStore(testEnv(), other), { 'other.py': '4' });
        const before = await listing(other);
        await writeFile(join(other, 'index.json'), index);
        // The archives differ in their times, as those of two stores do.
        const [folder = ''] = (await readdir(other)).filter((name) => name.startsWith('kitchen'));
        const [archive = ''] = await readdir(join(other, folder));
        await utimes(join(other, folder, archive), new Date(), new Date(Date.now() + 5000));
        assert.deepEqual(await listing(other), before);
      });
    });
  });

  it('P21 with a warm index, listing opens no archive', async () => {
    await withStore(async (root) => {
      const { watched, opened } = watchedOpens();
      const { backups } = await (await openStore(testEnv({ fs: watched }), root)).list();
      assert.equal(backups.length, 3);
      assert.deepEqual(opened, []);
    });
  });

  it('P21 an archive that was added, removed or replaced by hand is noticed', async () => {
    await withStore(async (root) => {
      const { backups } = await listing(root);
      const [newest] = backups;
      const archive = newest?.archive ?? '';
      const bytes = await readFile(archive);
      await rm(archive);
      assert.equal((await listing(root)).backups.length, 2);
      await writeFile(archive, bytes);
      assert.deepEqual((await listing(root)).backups, backups);
      await chmod(archive, 0o600);
      await writeFile(archive, bytes.subarray(0, 500));
      const after = await listing(root);
      assert.equal(after.backups.length, 2);
      assert.deepEqual(
        after.unreadable.map(({ path, error }) => [path, error.code]),
        [[archive, 'archive-damaged']],
      );
    });
  });

  it('P21 a read-only store can be listed', async () => {
    await withStore(async (root) => {
      const before = await listing(root);
      await rm(join(root, 'index.json'));
      const { fs } = realEnv();
      const readOnly = {
        ...fs,
        open: async (path: string, mode: 'read' | 'create' | 'append') => {
          if (mode !== 'read') throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' });
          return fs.open(path, mode);
        },
      };
      assert.deepEqual(await (await openStore(testEnv({ fs: readOnly }), root)).list(), before);
      await assert.rejects(stat(join(root, 'index.json')));
    });
  });
});
