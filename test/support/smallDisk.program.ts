// Works on a store on a small disk until that is full, at one level of filling after the other: `node smallDisk.program.js FOLDER`.
// Ends with an error where a backup is touched, and where a job fails for another reason than the full disk. Prints what it tried.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { readTree, takeBackup, takeIncremental, testEnv } from './builders.js';

type Files = Map<string, Uint8Array>;
type Job = (store: Store) => Promise<unknown>;

const LEVELS = 10;
const ROUNDS = 6;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: smallDisk.program.js FOLDER');

const env = testEnv();
let drawn = 0;
let jobs = 0;
let failures = 0;

tryAll(folder).then(
  () => console.log(JSON.stringify({ levels: LEVELS, jobs, failures })),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);

async function tryAll(disk: string): Promise<void> {
  for (let level = 0; level < LEVELS; level++) {
    const root = join(disk, 'store');
    const ballast = join(disk, 'ballast');
    const trees = new Map<string, Files>();
    const store = await openStore(env, root);
    await takeBackup(store, someFiles());
    await remember(store, trees);
    const { bavail, bsize } = await statfs(disk);
    // To any block: what fails is another call at each level.
    await writeFile(ballast, bytes(bavail * bsize - bsize * random(60)));
    for (let round = 0; round < ROUNDS; round++) await attempt(store, trees, jobOf(round));

    // With space freed, all goes on, also where the last attempt left something.
    await rm(ballast);
    await emptyTrash({ env }, store);
    for (let round = 0; round < 3; round++) assert.equal(await attempt(store, trees, jobOf(round)), true);
    await rm(root, { recursive: true });
  }
}

function jobOf(round: number): Job {
  const deleteOldest: Job = async (store) => {
    const { backups } = await store.list();
    if (backups.length > 1) await deleteBackups({ env }, store, backups.slice(-1));
  };
  const makeNewestFull: Job = async (store) => {
    for (const backup of (await store.list()).backups.slice(0, 1)) await makeFull({ env }, store, backup);
  };
  return [takeNext, deleteOldest, makeNewestFull][round % 3] ?? takeNext;
}

async function takeNext(store: Store): Promise<void> {
  const { backups } = await store.list();
  const last = backups[0] && [...(await readTree(store, backups[0]))].slice(1);
  await takeIncremental(store, new Map([...(last ?? []), ...someFiles()].slice(-12)));
}

/** @returns false where the disk was full */
async function attempt(store: Store, trees: Map<string, Files>, job: Job): Promise<boolean> {
  jobs += 1;
  const before = new Set((await store.list()).backups.map(({ id }) => id));
  let isDone = true;
  try {
    await job(store);
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'store-full', String((error as Error).stack));
    isDone = false;
    failures += 1;
  }
  const { backups, unreadable } = await store.list();
  assert.deepEqual(unreadable, []);
  if (!isDone) assert.deepEqual(new Set(backups.map(({ id }) => id)), before, 'the store is as it was');
  for (const backup of [...backups, ...(await store.trash())]) {
    const known = trees.get(backup.id);
    if (known) assert.deepEqual(await readTree(store, backup), known);
  }
  await remember(store, trees);
  return isDone;
}

async function remember(store: Store, trees: Map<string, Files>): Promise<void> {
  for (const backup of (await store.list()).backups) trees.set(backup.id, await readTree(store, backup));
}

/** A few, of up to 16 KiB, that do not pack. */
function someFiles(): Files {
  const number = drawn;
  return new Map(Array.from({ length: 4 }, (_, at) => [`f${number}_${at}.bin`, bytes(random(16_384))]));
}

function bytes(count: number): Uint8Array {
  return createHash('shake256', { outputLength: Math.max(0, count) })
    .update(`${drawn++}`)
    .digest();
}

/** The same numbers in every run. */
function random(below: number): number {
  return createHash('sha256').update(`random ${drawn++}`).digest().readUInt32LE() % below;
}
