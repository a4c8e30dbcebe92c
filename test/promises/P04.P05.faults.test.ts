// The disk fails at every call, once or for good: nothing partial stands under a final name, and what was there stays.

import assert from 'node:assert/strict';
import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { verifyArchive } from '../../src/core/archive/verify.js';
import { realEnv } from '../../src/core/env.js';
import { BackupError, systemCode } from '../../src/core/errors.js';
import { openStore } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { type FaultPlan, faultyFileSystem } from '../support/faultyFileSystem.js';

const BEFORE = { 'main.py': 'print(1)', 'lib/wifi.py': 'import network' };
const AFTER = { 'main.py': 'print(2)', 'lib/wifi.py': 'import network', 'lib/new/file.py': 'x'.repeat(3000) };
const CODES = ['ENOSPC', 'EIO', 'EBUSY', 'EACCES', 'EMFILE'];

/** Every archive in a store with its bytes. */
async function archivesOf(root: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(root, { recursive: true })).filter((name) => name.endsWith('.blb')).sort();
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(root, name))] as const)));
}

/** Takes the second backup with this fault. */
async function tryBackup(root: string, plan?: FaultPlan) {
  const fs = faultyFileSystem(realEnv().fs, plan);
  const result = await openStore(testEnv({ fs, now: Date.UTC(2025, 11, 1) }), root)
    .then(async (store) => {
      // Where the fault hides the last backup, a job takes a full one: nothing is lost by that.
      const [last] = await store.backupsOf(aBoard().id);
      return last ? takeIncremental(store, AFTER, { last }) : takeBackup(store, AFTER);
    })
    .catch((error: unknown) => error);
  return { fs, result };
}

describe('When the disk fails', () => {
  for (const lasting of ['once', 'for-good'] as const) {
    it(`P04 P08 the n-th call fails ${lasting}, for every n: the backup is whole, or rejects and leaves the store as it was`, async function () {
      this.timeout(120_000);
      await inFolder(async (folder) => {
        const clean = join(folder, 'clean');
        await takeBackup(await openStore(testEnv(), clean), BEFORE);
        const before = await archivesOf(clean);

        for (let call = 1; ; call++) {
          const root = join(folder, `store${call}`);
          await cp(clean, root, { recursive: true, preserveTimestamps: true });
          const code = CODES[call % CODES.length] ?? 'EIO';
          const { fs, result } = await tryBackup(root, { call, code, lasting });
          if (fs.fired.length === 0) {
            assert.ok(call > 30, 'the whole backup was swept');
            break;
          }
          const where = `call ${call}, ${fs.fired[0]}`;
          const after = await archivesOf(root);
          for (const [name, bytes] of before) assert.deepEqual(after.get(name), bytes, where);
          for (const name of after.keys())
            assert.deepEqual(await verifyArchive(testEnv(), join(root, name)), [], where);
          if (result instanceof Error) {
            assert.ok(result instanceof BackupError, `${where}: ${result.stack}`);
            assert.equal(systemCode(result.cause), code, where);
            // A disk that fails for good may also refuse to take back the name of the archive, which is whole.
            if (lasting === 'once' || fs.fired[0] !== 'syncFolder') assert.equal(after.size, before.size, where);
          } else {
            const store = await openStore(testEnv(), root);
            assert.equal((await readTree(store, result as BackupSummary)).size, Object.keys(AFTER).length, where);
          }
        }
      });
    });
  }

  it('P05 a disk that silently writes only half: the backup is not announced (P14)', async () => {
    await inFolder(async (folder) => {
      const { fs } = realEnv();
      const lying: typeof fs = {
        ...fs,
        async open(path, mode) {
          const file = await fs.open(path, mode);
          return {
            ...file,
            append: (bytes) => file.append(mode === 'create' ? bytes.subarray(0, bytes.length - 1) : bytes),
          };
        },
      };
      const store = await openStore(testEnv({ fs: lying }), join(folder, 'store'));
      await assert.rejects(takeBackup(store, BEFORE), { code: 'store-failed' });
      assert.equal((await archivesOf(folder)).size, 0);
      assert.deepEqual(await readdir(join(folder, 'store', 'kitchen-sensor-3b025ee0')), []);
    });
  });

  it('P14 a bit that flips on its way to the disk is found before the backup is announced', async () => {
    await inFolder(async (folder) => {
      const { fs } = realEnv();
      const flipping: typeof fs = {
        ...fs,
        async open(path, mode) {
          const file = await fs.open(path, mode);
          const flip = (bytes: Uint8Array) => bytes.map((byte, index) => (index === 40 ? byte ^ 4 : byte));
          return { ...file, append: (bytes) => file.append(path.endsWith('.blb.partial') ? flip(bytes) : bytes) };
        },
      };
      const store = await openStore(testEnv({ fs: flipping }), join(folder, 'store'));
      await assert.rejects(takeBackup(store, BEFORE), { code: 'store-failed', message: /did not keep/ });
      assert.equal((await archivesOf(folder)).size, 0);
    });
  });

  it('a full disk and a forbidden folder are told apart, each with the place and a next step', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      for (const [systemError, code] of [
        ['ENOSPC', 'store-full'],
        ['EACCES', 'store-denied'],
        ['EROFS', 'store-denied'],
      ] as const) {
        const { fs } = realEnv();
        const failing: typeof fs = {
          ...fs,
          makeFolder: () => Promise.reject(Object.assign(new Error(`${systemError}: planned`), { code: systemError })),
        };
        const store = await openStore(testEnv({ fs: failing }), root);
        await assert.rejects(takeBackup(store, BEFORE), (error) => {
          assert.ok(error instanceof BackupError);
          assert.equal(error.code, code);
          assert.ok(error.path?.startsWith(root));
          assert.ok(error.hint);
          return true;
        });
      }
    });
  });

  it('P07 too little free space is said before anything is written, with both figures', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'not', 'there', 'yet');
      const fs = { ...realEnv().fs, freeSpace: async () => 300_000 };
      const store = await openStore(testEnv({ fs }), root);
      await assert.rejects(store.checkSpace({ bytes: 1_200_000, largest: 1_000, entries: 10 }), {
        code: 'store-full',
        message: /1\.2 MB.*300 kB/,
      });
      await store.checkSpace({ bytes: 200_000, largest: 200_000, entries: 10 });
      assert.deepEqual(await readdir(folder), []);
    });
  });

  it('P07 counts the largest file twice: it is on the disk as it was read, and in the archive', async () => {
    await inFolder(async (folder) => {
      const fs = { ...realEnv().fs, freeSpace: async () => 5_000_000 };
      const store = await openStore(testEnv({ fs }), folder);
      const size = { bytes: 4_000_000, entries: 10 };
      await assert.rejects(store.checkSpace({ ...size, largest: 4_000_000 }), {
        code: 'store-full',
        message: /8\.0 MB.*5\.0 MB/,
      });
      // Small ones wait in memory.
      await store.checkSpace({ ...size, largest: 1_000_000 });
    });
  });
});
