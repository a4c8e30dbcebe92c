// The disk fails at every call of every job on a store, once or for good: nothing partial stands under a final name, every backup
// stays what it was, and with the disk in order again the same job succeeds.

import assert from 'node:assert/strict';
import { basename, dirname, join } from 'node:path';
import type { Env, FileSystem } from '../../src/core/env.js';
import { BackupError, isBackupError, systemCode } from '../../src/core/errors.js';
import { annotate } from '../../src/core/jobs/annotate.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { emptyTrash } from '../../src/core/jobs/emptyTrash.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { makeFull } from '../../src/core/jobs/makeFull.js';
import { repair } from '../../src/core/jobs/repair.js';
import { undelete } from '../../src/core/jobs/undelete.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { readTree } from '../support/builders.js';
import { computer, environment, type Ledger, noLedger, STORE } from '../support/crashes.js';
import type { Image } from '../support/diskImage.js';
import { faultyFileSystem } from '../support/faultyFileSystem.js';
import { damageFirst, EXPORT, prepareExport, removeAll, takeBackTheMiddle, takeChain } from '../support/jobCrashes.js';
import { recordingDisk } from '../support/powerCutFileSystem.js';
import { checkArchives, full, SECOND } from '../support/storeCrashes.js';

const CODES = ['ENOSPC', 'EIO', 'EBUSY', 'EACCES', 'EMFILE'];
/** Where a job makes more calls, a selection: each kind of call, and every so many. */
const MOST_CALLS = 60;
const TARGET = join(dirname(STORE), 'target');

interface FaultyJob {
  name: string;
  setUp(env: Env, ledger: Ledger): Promise<void>;
  /** What somebody chose while the disk was in order. */
  choose?(store: Store): Promise<BackupSummary[]>;
  run(env: Env, store: Store, chosen: readonly BackupSummary[]): Promise<unknown>;
  /** What a job that failed must not have made. */
  target?: string;
}

const all = async (store: Store) => (await store.list()).backups;
const newest = async (store: Store) => (await all(store)).slice(0, 1);
const oldest = async (store: Store) => (await all(store)).slice(-1);

const JOBS: readonly FaultyJob[] = [
  {
    name: 'deleting',
    setUp: takeChain,
    choose: oldest,
    run: (env, store, chosen) => deleteBackups({ env }, store, chosen),
  },
  {
    name: 'making a backup full',
    setUp: takeChain,
    choose: newest,
    run: async (env, store, chosen) => {
      for (const backup of chosen) await makeFull({ env }, store, backup);
    },
  },
  {
    name: 'importing',
    async setUp(env, ledger) {
      await prepareExport(env);
      await full(env, ledger, { ...SECOND, 'own.py': 'import gc\n' });
    },
    run: (env, store) => importBackups({ env }, store, [EXPORT]),
  },
  {
    name: 'exporting into an archive',
    setUp: takeChain,
    choose: all,
    run: (env, store, backups) => exportBackups({ env }, store, { backups, target: `${TARGET}.blb`, form: 'archive' }),
    target: `${TARGET}.blb`,
  },
  {
    name: 'exporting into a folder',
    setUp: takeChain,
    choose: all,
    run: (env, store, backups) => exportBackups({ env }, store, { backups, target: TARGET, form: 'folder' }),
    target: TARGET,
  },
  { name: 'repairing', setUp: damageFirst, run: (env, store) => repair({ env }, store) },
  { name: 'emptying the trash', setUp: takeBackTheMiddle, run: (env, store) => emptyTrash({ env }, store) },
  {
    name: 'bringing back',
    async setUp(env, ledger) {
      await takeChain(env, ledger);
      const store = await openStore(env, STORE);
      await deleteBackups({ env }, store, (await all(store)).slice(1));
    },
    choose: (store) => store.trash(),
    run: (env, store, chosen) => undelete({ env }, store, chosen),
  },
  {
    name: 'noting',
    setUp: takeChain,
    choose: newest,
    run: (env, store, chosen) => annotate({ env }, store, chosen, { label: 'new', pinned: true }),
  },
];

describe('When the disk fails in a job on a store', () => {
  for (const job of JOBS) {
    for (const lasting of ['once', 'for-good'] as const) {
      it(`P04 P08 P19 the n-th call fails ${lasting}, ${job.name}: it succeeds, or rejects and no backup is touched`, async function () {
        this.timeout(60_000);
        const prepared = await prepare(job);
        const calls = await callsOf(job, prepared);
        const tried = selected(calls);
        let failures = 0;
        for (const call of tried) {
          const code = CODES[call % CODES.length] ?? 'EIO';
          const disk = recordingDisk(prepared.image);
          const fs = faultyFileSystem(disk.fs, { call, code, lasting });
          const error = await attempt(job, prepared, fs, 2);
          const where = `call ${call} of ${calls.length}, ${fs.fired[0]}`;
          assert.ok(fs.fired.length > 0, `${where}: the fault came`);
          // A disk that fails for good also keeps us from putting back what was moved already.
          await assertUntouched(disk.fs, prepared, {
            job,
            where,
            mayBeGone: error === undefined || lasting === 'for-good',
          });
          if (error === undefined) continue;
          failures += 1;
          assert.ok(error instanceof BackupError, `${where}: ${error instanceof Error ? error.stack : error}`);
          // What is in the trash and cannot be read is in nobody's way: only who asks for it learns that it is not there.
          const isMissed = job.name === 'bringing back' && error.code === 'backup-not-found';
          if (!isMissed) assert.equal(systemCodeBehind(error), code, `${where}: ${error.stack}`);
          if (lasting === 'once') assert.deepEqual(await madeBy(disk.fs, job), [], `${where}: nothing is left of it`);
          // A disk that fails for good keeps the job from taking away what it made.
          else for (const left of await madeBy(disk.fs, job)) await removeAll(disk.fs, left);
          // What the failed one could not clear away is in nobody's way once its process has ended.
          const again = { ...prepared, chosen: await stillThere(job, prepared, disk.fs) };
          assert.equal(await attempt(job, again, disk.fs, 3), undefined, `${where}: the second time`);
          await assertUntouched(disk.fs, prepared, { job, where: `${where}, the second time`, mayBeGone: true });
        }
        console.log(`      ${tried.length} of ${calls.length} calls, ${failures} failures`);
        assert.ok(failures > 5, 'most faults end the job');
      });
    }
  }

  const LIES = [
    ['P05 takes half of each write and says nothing', (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1)],
    [
      'P14 flips a bit of each write',
      (bytes: Uint8Array) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 4 : byte)),
    ],
  ] as const;
  for (const [title, change] of LIES) {
    for (const job of JOBS.filter(({ name }) => /deleting|full|export/.test(name))) {
      it(`${title}: ${job.name} rejects, and nothing has moved`, async () => {
        const prepared = await prepare(job);
        const disk = recordingDisk(prepared.image);
        const error = await attempt(job, prepared, lying(disk.fs, change), 2);
        assert.ok(isBackupError(error, 'store-failed'), String(error));
        assert.deepEqual(await madeBy(disk.fs, job), []);
        await assertUntouched(disk.fs, prepared, { job, where: title, mayBeGone: false });
        assert.deepEqual((await treesOf(disk.fs)).trashed, prepared.before.trashed);
      });
    }
  }
});

/** Of what is written for others to rely on: archives, and files of an export. */
function lying(fs: FileSystem, change: (bytes: Uint8Array) => Uint8Array): FileSystem {
  return {
    ...fs,
    async open(path, mode) {
      const file = await fs.open(path, mode);
      const isTold = mode === 'create' && /\.partial/.test(path) && !/index|lock/.test(path);
      return isTold ? { ...file, append: (bytes) => file.append(change(bytes)) } : file;
    },
  };
}

/** What a job begins with. */
interface Prepared {
  image: Image;
  damaged: Set<string>;
  before: Trees;
  chosen: BackupSummary[];
}

/** The files of every backup, by its id. */
interface Trees {
  listed: Map<string, Map<string, Buffer>>;
  trashed: Map<string, Map<string, Buffer>>;
}

async function prepare({ setUp, choose }: FaultyJob): Promise<Prepared> {
  const disk = recordingDisk(computer());
  const damaged = new Set<string>();
  await setUp(onDisk(disk.fs, 1), { ...noLedger, damaged: (hash) => void damaged.add(hash) });
  const chosen = (await choose?.(await openStore(onDisk(disk.fs, 1), STORE))) ?? [];
  return { image: disk.image, damaged, before: await treesOf(disk.fs), chosen };
}

/** What was brought back before the disk failed need not be brought back again. */
async function stillThere({ choose }: FaultyJob, { chosen }: Prepared, fs: FileSystem): Promise<BackupSummary[]> {
  const now = (await choose?.(await openStore(onDisk(fs, 9), STORE))) ?? [];
  return chosen.filter(({ id }) => now.some((backup) => backup.id === id));
}

/** The names of all calls of the job. */
async function callsOf(job: FaultyJob, prepared: Prepared): Promise<readonly string[]> {
  const fs = faultyFileSystem(recordingDisk(prepared.image).fs);
  assert.equal(await attempt(job, prepared, fs, 2), undefined);
  return fs.made;
}

/** @returns numbers of calls, from 1 */
function selected(calls: readonly string[]): number[] {
  const stride = Math.ceil(calls.length / MOST_CALLS);
  const firstOfKind = new Set([...new Set(calls)].map((name) => calls.indexOf(name)));
  return calls.flatMap((_, at) => (at % stride === 0 || firstOfKind.has(at) ? [at + 1] : []));
}

/** @returns what it rejects with */
async function attempt(
  { run }: FaultyJob,
  { chosen }: Prepared,
  fs: FileSystem,
  processNumber: number,
): Promise<unknown> {
  const env = onDisk(fs, processNumber);
  try {
    await run(env, await openStore(env, STORE), chosen);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Whoever could not remove a file waits a moment before the next try. */
function onDisk(fs: FileSystem, processNumber: number): Env {
  const env = environment(fs, processNumber);
  const sleep: Env['clock']['sleep'] = (ms, signal) => (signal ? env.clock.sleep(ms, signal) : Promise.resolve());
  return { ...env, clock: { ...env.clock, sleep } };
}

/** At the end of a chain of causes. */
function systemCodeBehind(error: Error): string | undefined {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = systemCode(cause);
    if (code !== undefined) return code;
  }
  return undefined;
}

async function treesOf(fs: FileSystem): Promise<Trees> {
  const store = await openStore(onDisk(fs, 9), STORE);
  const { backups, unreadable } = await store.list();
  assert.deepEqual(unreadable, []);
  const read = async (of: readonly BackupSummary[]) => {
    const trees = new Map<string, Map<string, Buffer>>();
    for (const backup of of) trees.set(backup.id, await readTree(store, backup));
    return trees;
  };
  return { listed: await read(backups), trashed: await read(await store.trash()) };
}

/** A job that failed has deleted nothing; what one that succeeded has deleted is in the trash. */
async function assertUntouched(
  fs: FileSystem,
  { before, damaged }: Prepared,
  { job, where, mayBeGone }: { job: FaultyJob; where: string; mayBeGone: boolean },
): Promise<void> {
  await checkArchives(onDisk(fs, 9), { damaged });
  const now = await treesOf(fs);
  for (const [id, tree] of before.listed) {
    const found = now.listed.get(id) ?? (mayBeGone ? now.trashed.get(id) : undefined);
    assert.deepEqual(found, tree, `${where}: ${id}`);
  }
  if (job.name === 'emptying the trash') return;
  for (const [id, tree] of before.trashed)
    assert.deepEqual(now.listed.get(id) ?? now.trashed.get(id), tree, `${where}: ${id} of the trash`);
}

/** What an export has made, under whatever name. */
async function madeBy(fs: FileSystem, { target }: FaultyJob): Promise<string[]> {
  if (target === undefined) return [];
  const names = (await fs.list(dirname(target))).filter((name) => name.startsWith(basename(target)));
  return names.map((name) => join(dirname(target), name));
}
