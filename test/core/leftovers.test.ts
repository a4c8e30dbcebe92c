// What is left of a backup that was cut off: read by its hashes alone, and removed only when nobody writes it any more.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Env, realEnv } from '../../src/core/env.js';
import { BackupError } from '../../src/core/errors.js';
import type { Leftovers } from '../../src/core/store/leftovers.js';
import type { PendingBackup } from '../../src/core/store/pendingBackup.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import {
  aBoard,
  aDraft,
  addFiles,
  anOutcome,
  collect,
  entriesOf,
  type Files,
  hashOf,
  inFolder,
  readTree,
  testEnv,
} from '../support/builders.js';
import { faultyFileSystem } from '../support/faultyFileSystem.js';

/** One that shrinks, one that does not, one that is empty, and one that looks like the end of an entry within. */
const FILES = new Map([
  ['log.txt', Buffer.from('a line\n'.repeat(40))],
  ['noise.bin', Buffer.from(Array.from({ length: 150 }, (_, at) => (at * at * 31 + (at >> 3)) & 0xff))],
  ['empty.txt', Buffer.alloc(0)],
  ['inside.zip', Buffer.from('PK\x07\x08\0\0\0\0\x05\0\0\0\x05\0\0\0PK\x03\x04', 'latin1')],
]);

/** A disk that syncs nothing: no power is cut here. */
const quickEnv = (now?: number) => testEnv({ fs: faultyFileSystem(realEnv().fs), ...(now !== undefined && { now }) });

/** Begins a backup of these files. */
async function begin(root: string, files: Files, env: Env = testEnv()): Promise<PendingBackup> {
  const store = await openStore(env, root);
  const pending = await store.startBackup(aBoard(), aDraft());
  try {
    await addFiles(pending, files);
  } catch (error) {
    await pending.abandon();
    throw error;
  }
  return pending;
}

/** The same, cut off. @returns its partial archive */
async function cutOff(root: string, files: Files, env?: Env): Promise<string> {
  const pending = await begin(root, files, env);
  assert.equal(await pending.setAside(), entriesOf(files).length);
  return `${pending.archive}.partial`;
}

/** What a backup would go on with. */
async function contentsOf(leftovers: Leftovers): Promise<string[]> {
  const found: string[] = [];
  for (const [path, content] of FILES) {
    const chunks = await leftovers.read({ sha256: hashOf(content), size: content.length });
    if (!chunks) continue;
    assert.deepEqual(await collect(chunks), content);
    found.push(path);
  }
  return found;
}

const open = async (root: string, env: Env = testEnv()): Promise<{ store: Store; leftovers: Leftovers }> => {
  const store = await openStore(env, root);
  return { store, leftovers: await store.leftovers(aBoard()) };
};

describe('What a backup that was cut off had read', () => {
  it('P33 is on the disk with each file, as soon as the next is read', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const pending = await store.startBackup(aBoard(), aDraft());
      // As the process of another computer would see it that has just gone away.
      const processes = { own: '1-00000000', mayRun: () => false };
      let added = 0;
      for (const [path, content] of FILES) {
        await addFiles(pending, new Map([[path, content]]));
        added += 1;
        const { leftovers } = await open(root, testEnv({ processes }));
        assert.deepEqual(await contentsOf(leftovers), [...FILES.keys()].slice(0, added));
      }
      await pending.abandon();
    });
  });

  it('P33 is of use as far as it goes, wherever it was torn', async () => {
    await inFolder(async (root) => {
      const partial = await cutOff(root, FILES);
      const whole = await readFile(partial);
      let found: string[] = [...FILES.keys()];
      for (let length = whole.length; length >= 0; length--) {
        await truncate(partial, length);
        const now = await contentsOf((await open(root)).leftovers);
        assert.deepEqual(now, found.slice(0, now.length), `${length} bytes`);
        found = now;
      }
      assert.deepEqual(found, []);
    });
  });

  it('P32 is not used where a bit of it has flipped, and no other content instead', async function () {
    this.timeout(60_000);
    await inFolder(async (root) => {
      const partial = await cutOff(root, FILES);
      const whole = await readFile(partial);
      for (let at = 0; at < whole.length; at++) {
        const damaged = Buffer.from(whole);
        damaged[at] = (whole[at] ?? 0) ^ (1 << (at % 8));
        await writeFile(partial, damaged);
        // What is found is right: contentsOf compares it.
        await contentsOf((await open(root)).leftovers);
      }
    });
  });

  it('P33 is gone over again when it is read: what rots in between is not used', async () => {
    await inFolder(async (root) => {
      const partial = await cutOff(root, FILES);
      const { leftovers } = await open(root);
      await writeFile(partial, (await readFile(partial)).fill(0x55));
      assert.deepEqual(await contentsOf(leftovers), ['empty.txt']);
    });
  });

  it('belongs to one board', async () => {
    await inFolder(async (root) => {
      await cutOff(root, FILES);
      const store = await openStore(testEnv(), root);
      const other = await store.leftovers(aBoard({ id: 'another', name: 'Greenhouse' }));
      assert.equal(other.hashes.size, 0);
    });
  });

  it('is left alone while its writer lives, and is there once it is gone', async () => {
    await inFolder(async (root) => {
      const living = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
      const { processes } = realEnv();
      const own = processes.own.replace(/^\d+/, String(living.pid));
      const pending = await begin(root, FILES, testEnv({ processes: { ...processes, own } }));
      const partial = `${pending.archive}.partial`;
      const folder = dirname(partial);
      assert.deepEqual((await readdir(folder)).sort(), [
        basename(partial).replace('partial', `${own}.partial`),
        basename(partial),
      ]);

      const early = await open(root);
      assert.equal(early.leftovers.hashes.size, 0);
      await early.leftovers.remove();
      assert.equal((await readdir(folder)).length, 2);

      living.stdin?.end();
      await once(living, 'exit');
      await early.leftovers.remove();
      assert.equal((await readdir(folder)).length, 2, 'what was not read is not removed');
      const { leftovers } = await open(root);
      assert.deepEqual(await contentsOf(leftovers), [...FILES.keys()]);
      await leftovers.remove();
      assert.deepEqual(await readdir(folder), []);
      await pending.abandon();
    });
  });

  it('of another computer is left alone: whether its writer lives cannot be known', async () => {
    await inFolder(async (root) => {
      const { processes } = realEnv();
      const own = '1-ffffffff';
      assert.ok(processes.mayRun(own));
      const pending = await begin(root, FILES, testEnv({ processes: { ...processes, own } }));
      assert.equal((await open(root)).leftovers.hashes.size, 0);
      await pending.abandon();
    });
  });

  it('does not count a backup that is under way in this process, which ends well', async () => {
    await inFolder(async (root) => {
      const pending = await begin(root, FILES);
      const { store, leftovers } = await open(root);
      await leftovers.remove();
      const backup = await pending.commit(anOutcome());
      assert.equal((await readTree(store, backup)).size, FILES.size);
      assert.deepEqual(await readdir(dirname(backup.archive)), [basename(backup.archive)]);
    });
  });

  it('is nothing where no file was safe', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const pending = await store.startBackup(aBoard(), aDraft());
      assert.equal(await pending.setAside(), 0);
      assert.deepEqual(await readdir(dirname(pending.archive)), []);
    });
  });

  it('is found in the folder of a board that somebody renamed', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const pending = await store.startBackup(aBoard(), aDraft());
      const { archive } = await pending.commit(anOutcome());
      await cutOff(root, FILES);
      await rename(dirname(archive), join(root, 'my kitchen'));
      assert.equal((await open(root)).leftovers.hashes.size, FILES.size);
    });
  });

  for (const lasting of ['once', 'for-good'] as const) {
    it(`P04 P08 a disk that fails ${lasting} at any call: the next backup is whole all the same`, async function () {
      this.timeout(120_000);
      for (let call = 1; ; call++) {
        const fired = await inFolder(async (root) => {
          await cutOff(root, FILES, quickEnv());
          const fs = faultyFileSystem(realEnv().fs, { call, code: 'EIO', lasting });
          const failure = await goOn(root, testEnv({ fs, now: Date.UTC(2025, 11, 1) })).catch(
            (error: unknown) => error,
          );
          const where = `call ${call}, ${fs.fired[0]}`;
          if (failure !== undefined) assert.ok(failure instanceof BackupError, `${where}: ${failure}`);
          await goOn(root, quickEnv(Date.UTC(2025, 11, 2)));
          const store = await openStore(testEnv(), root);
          const { backups, unreadable } = await store.list();
          assert.deepEqual(unreadable, [], where);
          for (const backup of backups) assert.equal((await readTree(store, backup)).size, FILES.size, where);
          assert.ok(backups.length >= 1, where);
          return fs.fired.length > 0;
        });
        if (fired) continue;
        assert.ok(call > 40, 'the whole backup was swept');
        break;
      }
    });
  }

  it('P04 P08 a disk that fails at any call while it is set aside: never an archive, and nothing wrong is read', async () => {
    for (let call = 1; ; call++) {
      const fired = await inFolder(async (root) => {
        const fs = faultyFileSystem(realEnv().fs, { call, code: 'EIO', lasting: 'for-good' });
        await cutOff(root, FILES, testEnv({ fs })).catch((error: unknown) => {
          assert.ok(error instanceof BackupError, String(error));
        });
        const { store, leftovers } = await open(root);
        await contentsOf(leftovers);
        assert.deepEqual(await store.list(), { backups: [], unreadable: [], unclearNotes: [] });
        return fs.fired.length > 0;
      });
      if (!fired) break;
    }
  });
});

/** Takes a backup as a job does: from what is left, where it can be had from there. */
async function goOn(root: string, env: Env): Promise<void> {
  const { store, leftovers } = await open(root, env);
  const pending = await store.startBackup(aBoard(), aDraft());
  try {
    for (const [path, content] of entriesOf(FILES)) {
      const file = {
        path,
        size: content.length,
        mtime: null,
        sha256: hashOf(content),
        evidence: 'board-hash' as const,
      };
      const chunks = await leftovers.read(file);
      if (chunks) await pending.addFile(file, chunks);
      else await addFiles(pending, new Map([[path, content]]));
    }
    await pending.commit(anOutcome());
  } catch (error) {
    await pending.abandon();
    throw error;
  }
  await leftovers.remove();
}
