// Deleting, bringing back, merging: whatever is done to some backups, every other one stays bit for bit as it was.

import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { verifyArchive } from '../../src/core/archive/verify.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';

type Tree = Record<string, string>;

function asText(tree: ReadonlyMap<string, Buffer>): Tree {
  return Object.fromEntries([...tree].map(([path, bytes]) => [path, bytes.toString()]));
}

async function treeOf(store: Store, id: string): Promise<Tree> {
  return asText(await readTree(store, await store.find(id)));
}

/** What was done to a store, and what it must hold after it. */
class Model {
  readonly present = new Map<string, Tree>();
  readonly deleted = new Map<string, Tree>();

  async check(store: Store): Promise<void> {
    const { backups, unreadable } = await store.list();
    assert.deepEqual(unreadable, []);
    assert.deepEqual(new Set(backups.map(({ id }) => id)), new Set(this.present.keys()));
    for (const backup of backups) assert.deepEqual(asText(await readTree(store, backup)), this.present.get(backup.id));
    const trash = await store.trash();
    assert.deepEqual(new Set(trash.map(({ id }) => id)), new Set(this.deleted.keys()));
    for (const archive of await store.archives()) assert.deepEqual(await verifyArchive(testEnv(), archive), []);
  }
}

const tree = fc.dictionary(
  fc.constantFrom('a.py', 'b.py', 'lib/c.py', 'lib/d.py'),
  fc.constantFrom('1', '2', '3', '4', '5'),
  {
    noNullPrototype: true,
  },
);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('backup' as const), tree, full: fc.boolean(), board: fc.nat(1) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('delete' as const),
      which: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('undelete' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('make-full' as const), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('empty-trash' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function perform(store: Store, model: Model, step: Step): Promise<void> {
  const context = { env: testEnv() };
  const { backups } = await store.list();
  const pick = <T>(all: readonly T[], number: number): T[] => {
    const found = all[number % Math.max(1, all.length)];
    return found === undefined ? [] : [found];
  };
  switch (step.do) {
    case 'backup': {
      const board = aBoard({ id: `board${step.board}`, name: `Board ${step.board}` });
      const [last] = await store.backupsOf(board.id);
      const isFull = step.full || !last;
      const made = isFull
        ? await takeBackup(store, step.tree, { board })
        : await takeIncremental(store, step.tree, { board });
      model.present.set(made.id, step.tree);
      return;
    }
    case 'delete': {
      const chosen = [...new Set(step.which.flatMap((number) => pick(backups, number)))];
      if (chosen.length === 0) return;
      await deleteBackups(context, store, chosen);
      for (const { id } of chosen) {
        model.deleted.set(id, model.present.get(id) ?? {});
        model.present.delete(id);
      }
      return;
    }
    case 'undelete': {
      const chosen = pick(await store.trash(), step.which);
      if (chosen.length === 0) return;
      await undelete(context, store, chosen);
      for (const { id } of chosen) {
        model.present.set(id, model.deleted.get(id) ?? {});
        model.deleted.delete(id);
      }
      return;
    }
    case 'make-full': {
      for (const backup of pick(backups, step.which)) await makeFull(context, store, backup);
      return;
    }
    case 'empty-trash': {
      await emptyTrash(context, store);
      model.deleted.clear();
    }
  }
}

describe('Deleting', () => {
  it('P19 P20 after any history of backups, deletes, undeletes, merges and emptied trash, each backup is what it was', async function () {
    this.timeout(120_000);
    let histories = 0;
    let steps = 0;
    const property = fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), (history) =>
      inFolder(async (root) => {
        histories += 1;
        const model = new Model();
        const store = await openStore(testEnv(), root);
        for (const each of history) {
          steps += 1;
          await perform(store, model, each);
          await model.check(store);
        }
        // A window that was open all the time and one that opens now see the same.
        await model.check(await openStore(testEnv(), root));
      }),
    );
    await fc.assert(property, { numRuns: 60 });
    console.log(`      ${histories} histories of ${steps} steps`);
  });

  async function threeBackups(store: Store): Promise<[BackupSummary, BackupSummary, BackupSummary]> {
    const full = await takeBackup(store, { 'main.py': 'one', 'lib/a.py': 'kept', 'b.bin': 'other' });
    const second = await takeIncremental(store, { 'main.py': 'two', 'lib/a.py': 'kept', 'b.bin': 'other' });
    const third = await takeIncremental(store, { 'main.py': 'two', 'lib/a.py': 'kept' });
    return [full, second, third];
  }

  it('P19 what others need of a deleted backup is in their archives, and their ids stay the same', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const [full, second, third] = await threeBackups(store);
      const { moved, movedBytes, removed } = await deleteBackups({ env: testEnv() }, store, [full]);
      assert.deepEqual(
        removed.map(({ id }) => id),
        [full.id],
      );
      // `kept` and `other` go to the oldest that needs them.
      assert.deepEqual([moved, movedBytes], [2, 9]);
      const { backups } = await store.list();
      assert.deepEqual(
        backups.map(({ id }) => id),
        [third.id, second.id],
      );
      const { staying } = await store.holdings();
      const holder = staying.find(({ id }) => id === second.id);
      assert.ok(holder?.archive.endsWith('.2.blb'));
      assert.deepEqual(holder?.contents.map(({ stored }) => stored).sort(), [
        'files/b.bin',
        'files/lib/a.py',
        'files/main.py',
      ]);
      assert.equal((await store.trash()).length, 1);
    });
  });

  it('P19 a damaged copy is not relied on: the sound one is moved before its archive is deleted', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const first = await takeBackup(store, { 'main.py': 'q8#Zx!', 'only.py': 'first' });
      const copy = await takeBackup(store, { 'main.py': 'q8#Zx!' });
      await damageArchive(copy.archive, 'q8#Zx!');
      await deleteBackups({ env: testEnv() }, store, [first]);
      await emptyTrash({ env: testEnv() }, store);
      assert.deepEqual(await treeOf(store, copy.id), { 'main.py': 'q8#Zx!' });
    });
  });

  it('P19 a backup is not deleted if content that others need cannot be read from it', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const first = await takeBackup(store, { 'main.py': 'q8#Zx!' });
      await takeIncremental(store, { 'main.py': 'q8#Zx!', 'new.py': '1' });
      await damageArchive(first.archive, 'q8#Zx!');
      const before = await store.archives();
      await assert.rejects(deleteBackups({ env: testEnv() }, store, [first]), { code: 'content-missing' });
      assert.deepEqual(await store.archives(), before);
    });
  });

  it('P19 an archive that cannot be read keeps those beside it from being deleted', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const [full, second] = await threeBackups(store);
      await damageArchive(second.archive, 'PK\x01\x02');
      await assert.rejects(deleteBackups({ env: testEnv() }, store, [full]), {
        code: 'archive-damaged',
        path: second.archive,
      });
    });
  });

  it('P20 a deleted backup comes back to its place, byte for byte', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const [full, second] = await threeBackups(store);
      const bytes = await readFile(full.archive);
      await deleteBackups({ env: testEnv() }, store, [full, second]);
      const { restored } = await undelete({ env: testEnv() }, store, await store.trash());
      assert.equal(restored.length, 2);
      assert.deepEqual(await readFile(full.archive), bytes);
      assert.deepEqual(await store.trash(), []);
    });
  });

  it('P20 a backup that was restored from the trash keeps content that only the trash has, also when that is emptied', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const [full, second, third] = await threeBackups(store);
      await deleteBackups({ env: testEnv() }, store, [second]);
      // Nobody in the store needs `other` any more.
      await deleteBackups({ env: testEnv() }, store, [full]);
      await undelete(
        { env: testEnv() },
        store,
        (await store.trash()).filter(({ id }) => id === second.id),
      );
      const tree = { 'main.py': 'two', 'lib/a.py': 'kept', 'b.bin': 'other' };
      assert.deepEqual(await treeOf(store, second.id), tree);
      await emptyTrash({ env: testEnv() }, store);
      assert.deepEqual(await treeOf(store, second.id), tree);
      assert.deepEqual(await treeOf(store, third.id), { 'main.py': 'two', 'lib/a.py': 'kept' });
    });
  });

  it('a pinned backup is not deleted, and says so', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const [full] = await threeBackups(store);
      await store.annotate([full], { pinned: true });
      await assert.rejects(deleteBackups({ env: testEnv() }, store, [full]), {
        code: 'bad-argument',
        message: /pinned/,
      });
      await store.annotate([full], { pinned: false });
      await deleteBackups({ env: testEnv() }, store, [full]);
    });
  });

  it('the trash is emptied of what was deleted before a time, and of nothing else', async () => {
    await inFolder(async (root) => {
      const env = testEnv();
      const store = await openStore(env, root);
      const one = await takeBackup(store, { 'a.py': '1' });
      const two = await takeBackup(store, { 'a.py': '2' });
      await takeBackup(store, { 'a.py': '3' });
      await deleteBackups({ env }, store, [one]);
      const between = env.clock.now() + 60_000;
      await deleteBackups(
        { env: testEnv({ now: between + 60_000 }) },
        await openStore(testEnv({ now: between + 60_000 }), root),
        [two],
      );
      const { archives } = await emptyTrash({ env }, store, { before: between });
      assert.equal(archives, 1);
      assert.deepEqual(
        (await store.trash()).map(({ id }) => id),
        [two.id],
      );
    });
  });

  it('a synthetic full backup needs no other archive, and keeps its id', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const [, , third] = await threeBackups(store);
      const { archive } = await makeFull({ env: testEnv() }, store, third);
      await inFolder(async (elsewhere) => {
        await mkdir(`${elsewhere}/board`);
        await copyFile(archive, `${elsewhere}/board/alone.blb`);
        const alone = await openStore(testEnv(), elsewhere);
        assert.deepEqual(await treeOf(alone, third.id), { 'main.py': 'two', 'lib/a.py': 'kept' });
      });
    });
  });
});
