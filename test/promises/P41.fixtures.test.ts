// Stores and exports as they were written by released versions, and broken ones: opened for ever, with the same findings.

import assert from 'node:assert/strict';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder, testEnv } from '../support/builders.js';
import { findingsOf, listingOf, treesOf } from '../support/findings.js';

const FIXTURES = 'test/fixtures';
const context = { env: testEnv() };

/** The fixture itself is never opened: whoever lists a store writes an index into it. */
function withCopy(fixture: string, test: (path: string) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const path = join(folder, fixture.replace(/.*\//, ''));
    await cp(join(FIXTURES, fixture), path, { recursive: true });
    await test(path);
  });
}

async function expected(name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(FIXTURES, `${name}.json`), 'utf8'));
}

/** What is the same wherever the backups are. */
async function backupsIn(store: Store): Promise<unknown> {
  const { backups } = await store.list();
  const noted = backups.map(({ id, label, note, tags, pinned }) => ({ id, label, note, tags, pinned }));
  return { noted, trees: await treesOf(store) };
}

describe('P41 Frozen stores and exports', () => {
  it('P41 a store of format 1 is listed, verified and read as on the day on which it was written', async () => {
    await withCopy('format-1', async (root) => {
      const store = await openStore(testEnv(), root);
      const trash = (await store.trash()).map(({ id, deletedAt }) => ({ id: id.slice(0, 8), deletedAt }));
      const history = (await store.history()).map(({ at, operation, ok }) => ({ at, operation, ok }));
      const notes = Object.fromEntries([...(await store.annotations())].map(([id, note]) => [id.slice(0, 8), note]));
      const all = { listing: await listingOf(store), trees: await treesOf(store), notes, trash, history };
      assert.deepEqual(JSON.parse(JSON.stringify(all)), await expected('format-1'));
      assert.deepEqual((await verify(context, store)).damaged, []);
    });
  });

  it('P41 what was deleted from a store of format 1 comes back', async () => {
    await withCopy('format-1', async (root) => {
      const store = await openStore(testEnv(), root);
      const before = (await store.list()).backups.length;
      const deleted = await store.trash();
      await undelete(context, store, deleted);
      assert.equal((await store.list()).backups.length, before + deleted.length);
      assert.deepEqual((await verify(context, store)).damaged, []);
      assert.equal(Object.keys(await treesOf(store)).length, before + deleted.length);
    });
  });

  for (const name of ['export-1.blb', 'export-1-folder']) {
    it(`P41 ${name} is taken in as the backups that it was made of`, async () => {
      await withCopy('format-1', async (root) => {
        const one = await openStore(testEnv(), root);
        await withCopy(name, async (path) => {
          const two = await openStore(testEnv(), join(path, '..', 'new'));
          const { imported, missing, refused } = await importBackups(context, two, [path]);
          assert.deepEqual([imported.length, missing, refused], [3, [], []]);
          const { noted, trees } = (await backupsIn(one)) as {
            noted: { id: string }[];
            trees: Record<string, unknown>;
          };
          const ids = new Set(imported.map(({ id }) => id));
          assert.deepEqual(await backupsIn(two), {
            noted: noted.filter(({ id }) => ids.has(id)),
            trees: Object.fromEntries(Object.entries(trees).filter(([id]) => [...ids].some((it) => it.startsWith(id)))),
          });
        });
      });
    });
  }
});

describe('P41 Broken stores', () => {
  const BROKEN = [
    'content',
    'directory',
    'foreign',
    'index-of-another-version',
    'manifest',
    'missing',
    'newer',
    'torn-note',
    'truncated',
  ];

  it('P41 each broken store has its findings beside it', async () => {
    const names = (await readdir(join(FIXTURES, 'broken'))).sort();
    assert.deepEqual(names, BROKEN.flatMap((name) => [name, `${name}.json`]).sort());
  });

  for (const name of BROKEN) {
    it(`P41 of a store that is broken (${name}) list, verify and repair say what they said when it was frozen`, async () => {
      await withCopy(`broken/${name}`, async (root) => {
        assert.deepEqual(JSON.parse(JSON.stringify(await findingsOf(root))), await expected(`broken/${name}`));
      });
    });
  }
});
