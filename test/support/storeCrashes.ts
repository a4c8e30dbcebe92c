// What is promised of a store after any crash (P01, P02), and the pieces of work that are cut off: one entry of a table each.

import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { verifyArchive } from '../../src/core/archive/verify.js';
import type { Env } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, collect, entriesOf, type Files, hashOf, readTree, takeBackup, takeIncremental } from './builders.js';
import { type Check, type Held, type Ledger, noLedger, STORE, type Work } from './crashes.js';

/** Some of it is stored as it is, some of it is packed. */
export const FIRST = { 'main.py': 'print(1)\n', 'lib/wifi.py': 'import network\n'.repeat(9) };
export const SECOND = { ...FIRST, 'main.py': 'print(2)\n', 'data/log.csv': '1,2\n' };
export const THIRD = { ...SECOND, 'main.py': 'print(3)\n', 'lib/wifi.py': 'import socket\n' };
/** Of the backup after a crash: some of it is stored before, some of it is new. */
const NEXT = { ...THIRD, 'main.py': 'print(2)\n', 'next.py': 'import gc\n' };

export async function full(env: Env, ledger: Ledger, files: Files): Promise<void> {
  ledger.completed(await takeBackup(await openStore(env, STORE), files), files);
}

export async function incremental(env: Env, ledger: Ledger, files: Files): Promise<void> {
  ledger.completed(await takeIncremental(await openStore(env, STORE), files), files);
}

export const WORKS: readonly Work[] = [
  {
    name: 'the first backup, into a store that does not exist yet',
    async setUp() {},
    run: (env, ledger) => full(env, ledger, FIRST),
  },
  {
    name: 'an incremental backup',
    setUp: (env, ledger) => full(env, ledger, FIRST),
    run: (env, ledger) => incremental(env, ledger, SECOND),
  },
  {
    name: 'two incremental backups, one after the other',
    setUp: (env, ledger) => full(env, ledger, FIRST),
    async run(env, ledger) {
      await incremental(env, ledger, SECOND);
      await incremental(env, ledger, THIRD);
    },
  },
  {
    name: 'a list that makes the index again',
    async setUp(env, ledger) {
      await full(env, ledger, FIRST);
      await incremental(env, ledger, SECOND);
      await env.fs.remove(join(STORE, 'index.json'));
    },
    run: async (env) => void (await (await openStore(env, STORE)).list()),
  },
];

/** Takes a backup of the board as it goes on after a crash, from what was cut off where that is there. */
export async function takeNext(env: Env, ledger: Ledger): Promise<void> {
  const store = await openStore(env, STORE);
  const leftovers = await store.leftovers(aBoard());
  for (const content of [FIRST, SECOND, THIRD, NEXT].flatMap(entriesOf).map(([, bytes]) => bytes)) {
    const found = await leftovers.read({ size: content.length, sha256: hashOf(content) });
    if (found) assert.deepEqual(await collect(found), content, 'what was cut off gives the right bytes or none');
  }
  const [last] = await store.backupsOf(aBoard().id);
  const backup = last ? await takeIncremental(store, NEXT, { last }) : await takeBackup(store, NEXT);
  await leftovers.remove();
  ledger.completed(backup, NEXT);
}

/** The store opens; what was completed is there and whole; what else is there is whole; and the next backup succeeds. */
export const checkStore: Check = async (env, held) => {
  const store = await openStore(env, STORE);
  const listed = await listWhole(store);
  for (const id of held.backups.keys()) assert.ok(listed.has(id), `the completed backup ${id} is not listed`);
  for (const [id, backup] of listed) await assertRestores(store, backup, held.backups.get(id));
  await assertDeleted(store, listed, held);
  await assertNotes(store, held);
  await checkArchives(env, held);
  await checkNext(env);
};

/** The same where names cannot be synced: the newest backups may be missing, and no other (P03). */
export const checkStoreWithoutNames: Check = async (env, held) => {
  const store = await openStore(env, STORE);
  const listed = await listWhole(store);
  const missing = [...held.backups.keys()].map((id) => !listed.has(id));
  const first = missing.indexOf(true);
  if (first >= 0)
    assert.ok(missing.slice(first).every(Boolean), 'a backup is missing that is older than one that is there');
  assertEarlier(listed, held);
  for (const [id, backup] of listed) await assertRestores(store, backup, held.backups.get(id));
  await assertDeleted(store, listed, held);
  await checkArchives(env, held);
  await checkNext(env);
};

/** Where names last in no order either, a newest backup may lack bytes of a missing one. It says so, and no earlier one does. */
export const checkStoreWithoutOrder: Check = async (env, held) => {
  const store = await openStore(env, STORE);
  const listed = await listWhole(store);
  assertEarlier(listed, held);
  for (const [id, backup] of listed) {
    try {
      await assertRestores(store, backup, held.backups.get(id));
    } catch (error) {
      if (held.earlier.has(id) || !isBackupError(error, 'content-missing')) throw error;
    }
  }
  await checkArchives(env, held);
  await checkNext(env);
};

async function listWhole(store: Store): Promise<Map<string, BackupSummary>> {
  const { backups, unreadable } = await store.list();
  assert.deepEqual(unreadable, []);
  return new Map(backups.map((backup) => [backup.id, backup]));
}

function assertEarlier(listed: ReadonlyMap<string, BackupSummary>, { backups, earlier }: Held): void {
  for (const id of earlier) if (backups.has(id)) assert.ok(listed.has(id), `the earlier backup ${id} is not listed`);
}

/** P20: what was deleted is in the trash and whole, where it is not listed any more or again. */
async function assertDeleted(store: Store, listed: ReadonlyMap<string, BackupSummary>, { deleted }: Held) {
  const trash = new Map((await store.trash()).map((backup) => [backup.id, backup]));
  for (const [id, files] of deleted) {
    const found = trash.get(id) ?? listed.get(id);
    assert.ok(found, `the deleted backup ${id} is neither listed nor in the trash`);
    await assertRestores(store, found, files);
  }
}

/** What was noted is known; what was about to be noted is known or is not. */
async function assertNotes(store: Store, { notes }: Held): Promise<void> {
  const found = await store.annotations();
  for (const [id, { sure, unsure }] of notes) {
    const known = found.get(id) ?? {};
    if (!isDeepStrictEqual(known, sure)) assert.deepEqual(known, { ...sure, ...unsure }, `what was noted on ${id}`);
  }
}

export async function assertRestores(store: Store, backup: BackupSummary, files?: Files): Promise<void> {
  const tree = await readTree(store, backup);
  if (files) assert.deepEqual(tree, new Map(entriesOf(files)), `${backup.archive} restores something else`);
}

async function checkNext(env: Env): Promise<void> {
  await takeNext(env, noLedger);
  const store = await openStore(env, STORE);
  const [latest] = await store.backupsOf(aBoard().id);
  assert.ok(latest, 'the next backup is not listed');
  await assertRestores(store, latest, NEXT);
}

/** What the same bytes verify as, they verify as again: most archives are the same on most disks. */
const verified = new Set<string>();

/** No archive under its final name is damaged, whatever holds it: folders of boards, the trash, an export. */
export async function checkArchives(env: Env, held: Pick<Held, 'damaged'>, path = dirname(STORE)): Promise<void> {
  const found = await env.fs.info(path);
  if (found?.kind === 'folder')
    for (const name of await env.fs.list(path)) await checkArchives(env, held, join(path, name));
  if (found?.kind !== 'file' || !path.endsWith('.blb')) return;
  const hash = hashOf(await env.fs.readFile(path));
  if (!verified.has(hash) && !held.damaged.has(hash)) assert.deepEqual(await verifyArchive(env, path), []);
  verified.add(hash);
}
