// The jobs that change a store, each as work that is cut off. A backup that was deleted is in the trash or still listed; every other
// one stays as it is; and whoever does the same job again after the crash is not locked out and comes to the same end.

import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import type { Env, FileSystem } from '../../src/core/env.js';
import { annotate, type UserAnnotation } from '../../src/core/jobs/annotate.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { planPrune, prune } from '../../src/core/jobs/prune.js';
import { repair } from '../../src/core/jobs/repair.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, aDraft, entriesOf, hashOf, takeBackup } from './builders.js';
import { type Held, type Ledger, STORE, type Work } from './crashes.js';
import { assertRestores, FIRST, full, incremental, SECOND, THIRD } from './storeCrashes.js';

/** Beside the store, on the same disk. */
export const EXPORT = join(dirname(STORE), 'export.blb');
/** A full backup and two that need it. */
const CHAIN = [FIRST, SECOND, THIRD];
/** Stands in archives as it is, since it does not pack. */
const NOISE = 'q8#Zx!';
const ONE_NOTE = { label: 'before the update', pinned: true };
const OTHER_NOTE = { note: 'one of two lines\nand the other', tags: ['kitchen', 'ü'] };

export async function takeChain(env: Env, ledger: Ledger): Promise<void> {
  await full(env, ledger, FIRST);
  await incremental(env, ledger, SECOND);
  await incremental(env, ledger, THIRD);
}

/** @returns oldest first */
async function listed(store: Store): Promise<BackupSummary[]> {
  return (await store.list()).backups.reverse();
}

async function deleteOldest(env: Env, ledger: Ledger, howMany: number): Promise<void> {
  const store = await openStore(env, STORE);
  const going = (await listed(store)).slice(0, howMany);
  going.forEach(ledger.mayGo);
  await deleteBackups({ env }, store, going);
}

/** Whatever the crash left of it, a second try brings them to the trash; and nothing needs that any more. */
async function deleteAgain(env: Env, { backups, deleted }: Held): Promise<void> {
  const store = await openStore(env, STORE);
  const still = (await listed(store)).filter(({ id }) => deleted.has(id));
  if (still.length > 0) await deleteBackups({ env }, store, still);
  const inTrash = new Set((await store.trash()).map(({ id }) => id));
  for (const id of deleted.keys()) assert.ok(inTrash.has(id), `${id} is in the trash`);
  await emptyTrash({ env }, store);
  await assertAllRestore(store, backups);
}

async function assertAllRestore(store: Store, backups: Held['backups']): Promise<void> {
  const found = new Map((await listed(store)).map((backup) => [backup.id, backup]));
  for (const [id, files] of backups) {
    const backup = found.get(id);
    assert.ok(backup, `${id} is not listed`);
    await assertRestores(store, backup, files);
  }
}

/** The backup in the middle was deleted and brought back, and needs what only the trash has by then. */
export async function takeBackTheMiddle(env: Env, ledger: Ledger): Promise<void> {
  const second = { ...FIRST, 'b.bin': 'other' };
  const store = await openStore(env, STORE);
  await full(env, ledger, second);
  await incremental(env, ledger, { ...second, 'main.py': 'print(2)\n' });
  await incremental(env, ledger, FIRST);
  const [oldest, middle] = await listed(store);
  assert.ok(oldest && middle);
  await deleteBackups({ env }, store, [middle]);
  ledger.mayGo(oldest);
  await deleteBackups({ env }, store, [oldest]);
  await undelete(
    { env },
    store,
    (await store.trash()).filter(({ id }) => id === middle.id),
  );
}

/** Makes an export of a store that is gone then. */
export async function prepareExport(env: Env): Promise<void> {
  const elsewhere = join(dirname(STORE), 'elsewhere');
  const store = await openStore(env, elsewhere);
  await takeBackup(store, FIRST);
  const [last] = await store.backupsOf(aBoard().id);
  assert.ok(last);
  const base = { id: last.id, manifest: await store.readManifest(last) };
  await takeBackup(store, SECOND, { draft: aDraft({ kind: 'incremental', base }) });
  await annotate({ env }, store, await listed(store), ONE_NOTE);
  const options = { backups: await listed(store), target: EXPORT, form: 'archive' as const };
  await exportBackups({ env }, store, options);
  await removeAll(env.fs, elsewhere);
}

export async function removeAll(fs: FileSystem, path: string): Promise<void> {
  if ((await fs.info(path))?.kind !== 'folder') return fs.remove(path);
  for (const name of await fs.list(path)) await removeAll(fs, join(path, name));
  await fs.removeFolder(path);
}

async function importAll(env: Env, ledger: Ledger): Promise<void> {
  const { imported } = await importBackups({ env }, await openStore(env, STORE), [EXPORT]);
  for (const [index, backup] of [...imported].reverse().entries())
    ledger.completed(backup, [FIRST, SECOND][index] ?? {});
}

async function importAgain(env: Env, { backups }: Held): Promise<void> {
  const store = await openStore(env, STORE);
  const { imported, present, missing } = await importBackups({ env }, store, [EXPORT]);
  assert.deepEqual([imported.length + present, missing], [2, []]);
  await assertAllRestore(store, backups);
  // What was noted comes with whatever was taken in now.
  for (const backup of imported) assert.equal(backup.label ?? (await noteOf(store, backup)).label, ONE_NOTE.label);
}

async function noteOf(store: Store, { id }: BackupSummary): Promise<UserAnnotation> {
  return (await store.annotations()).get(id) ?? {};
}

/** A bit of the first backup is flipped; the second has the content too. */
export async function damageFirst(env: Env, ledger: Ledger): Promise<void> {
  const files = { 'main.py': NOISE, 'a.py': 'a' };
  await full(env, ledger, files);
  await full(env, ledger, { 'copy.py': NOISE });
  const [first] = await listed(await openStore(env, STORE));
  assert.ok(first);
  const bytes = Buffer.from(await env.fs.readFile(first.archive));
  const at = bytes.indexOf(NOISE);
  bytes.writeUInt8((bytes[at] ?? 0) ^ 1, at);
  await env.fs.remove(first.archive);
  const file = await env.fs.open(first.archive, 'create');
  await file.append(bytes);
  await file.close();
  ledger.damaged(hashOf(bytes));
}

async function noteOn(env: Env, ledger: Ledger, which: number, annotation: UserAnnotation): Promise<void> {
  const store = await openStore(env, STORE);
  const backup = (await listed(store))[which];
  assert.ok(backup);
  ledger.noting(backup, annotation);
  await annotate({ env }, store, [backup], annotation);
  ledger.noted(backup);
}

/** Something can be noted after the crash, and whatever it left does not keep backups from being pruned. */
async function noteAndPruneAgain(env: Env, held: Held): Promise<void> {
  const store = await openStore(env, STORE);
  const before = await store.annotations();
  const [first] = await listed(store);
  assert.ok(first);
  await annotate({ env }, store, [first], { note: 'after the crash' });
  const after = await store.annotations();
  assert.deepEqual(after.get(first.id), { ...before.get(first.id), note: 'after the crash' });
  await prune({ env }, store, await planPrune({ env }, store, { last: 1 }));
  const pinned = [...held.notes].filter(([, { sure }]) => sure.pinned).map(([id]) => id);
  const left = new Set((await listed(store)).map(({ id }) => id));
  for (const id of pinned) assert.ok(left.has(id), 'what is pinned stays');
}

/** More than makes it worth a try. */
async function noteMuch(env: Env, ledger: Ledger): Promise<void> {
  await full(env, ledger, FIRST);
  for (let round = 0; round < 28; round++) await noteOn(env, ledger, 0, { note: `${round}`.padEnd(9_900, '.') });
  await noteOn(env, ledger, 0, ONE_NOTE);
}

const DELETING: Work = {
  name: 'deleting a backup that two others need',
  setUp: takeChain,
  run: (env, ledger) => deleteOldest(env, ledger, 1),
  again: deleteAgain,
};

const EMPTYING: Work = {
  name: 'emptying the trash of what a backup still needs',
  setUp: takeBackTheMiddle,
  async run(env, ledger) {
    const store = await openStore(env, STORE);
    (await store.trash()).forEach(ledger.mayVanish);
    await emptyTrash({ env }, store);
  },
  async again(env, { backups }) {
    const store = await openStore(env, STORE);
    await emptyTrash({ env }, store);
    assert.deepEqual((await store.holdings()).trashed, []);
    await assertAllRestore(store, backups);
  },
};

const REPAIRING: Work = {
  name: 'a repair',
  setUp: damageFirst,
  run: async (env) => void (await repair({ env }, await openStore(env, STORE))),
  async again(env, { backups }) {
    const store = await openStore(env, STORE);
    const { lost } = await repair({ env }, store);
    assert.deepEqual(lost, []);
    assert.deepEqual((await verify({ env }, store)).damaged, []);
    await assertAllRestore(store, backups);
  },
};

export const JOB_WORKS: readonly Work[] = [
  DELETING,
  {
    name: 'deleting two backups that another one needs',
    setUp: takeChain,
    run: (env, ledger) => deleteOldest(env, ledger, 2),
    again: deleteAgain,
  },
  {
    name: 'bringing back two deleted backups',
    async setUp(env, ledger) {
      await takeChain(env, ledger);
      await deleteOldest(env, ledger, 2);
    },
    async run(env, ledger) {
      const store = await openStore(env, STORE);
      const { restored } = await undelete({ env }, store, await store.trash());
      for (const [index, backup] of restored.reverse().entries()) ledger.completed(backup, CHAIN[index] ?? {});
    },
    async again(env, { backups, deleted }) {
      const store = await openStore(env, STORE);
      const inTrash = await store.trash();
      if (inTrash.length > 0) await undelete({ env }, store, inTrash);
      await assertAllRestore(store, new Map([...backups, ...deleted]));
    },
  },
  {
    name: 'making a backup full',
    setUp: takeChain,
    async run(env) {
      const store = await openStore(env, STORE);
      const [last] = (await store.list()).backups;
      assert.ok(last);
      await makeFull({ env }, store, last);
    },
    async again(env, { backups }) {
      const store = await openStore(env, STORE);
      const last = (await listed(store))[2];
      assert.ok(last);
      const { archive } = await makeFull({ env }, store, last);
      const own = (await store.holdings()).staying.find((holding) => holding.archive === archive);
      const held = new Set(own?.contents.map(({ sha256 }) => sha256));
      for (const [, bytes] of entriesOf(THIRD)) assert.ok(held.has(hashOf(bytes)), 'the archive needs no other');
      await assertAllRestore(store, backups);
    },
  },
  EMPTYING,
  {
    name: 'an import into an empty store',
    setUp: (env) => prepareExport(env),
    run: importAll,
    again: importAgain,
  },
  {
    name: 'an import into a store that has some',
    async setUp(env, ledger) {
      await prepareExport(env);
      await full(env, ledger, { ...SECOND, 'own.py': 'import gc\n' });
    },
    run: importAll,
    again: importAgain,
  },
  REPAIRING,
  {
    name: 'noting and pinning',
    async setUp(env, ledger) {
      await takeChain(env, ledger);
      await noteOn(env, ledger, 0, ONE_NOTE);
    },
    async run(env, ledger) {
      await noteOn(env, ledger, 0, OTHER_NOTE);
      await noteOn(env, ledger, 1, ONE_NOTE);
    },
    again: noteAndPruneAgain,
  },
  {
    name: 'making the notes smaller',
    setUp: noteMuch,
    run: async (env) => (await openStore(env, STORE)).compact(),
    again: noteAndPruneAgain,
  },
  {
    name: 'pruning',
    async setUp(env, ledger) {
      await takeChain(env, ledger);
      await noteOn(env, ledger, 0, ONE_NOTE);
    },
    async run(env, ledger) {
      const store = await openStore(env, STORE);
      const plan = await planPrune({ env }, store, { last: 1 });
      for (const { plan: ofBoard } of plan.boards) ofBoard.remove.forEach(ledger.mayGo);
      await prune({ env }, store, plan);
    },
    again: deleteAgain,
  },
];

/** Where names are lost in the wrong order, these lose content. */
export const WORKS_THAT_TAKE_AWAY: readonly Work[] = [DELETING, EMPTYING, REPAIRING];
