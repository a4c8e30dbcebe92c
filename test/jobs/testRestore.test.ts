// Test restores: what is restored onto a simulated board and compared, what is found, and what is left behind: nothing.

import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '../../src/core/archive/manifest.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { testRestore } from '../../src/core/jobs/testRestore.js';
import { parseBoardPath, textFromBytes } from '../../src/core/paths.js';
import { soundnessOf } from '../../src/core/plan/soundness.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { aBoard, type Files, inFolder, noise, takeBackup, takeIncremental } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { readTree } from '../support/sampleTree.js';

/** Not compressed, so that a test finds it in an archive. */
const MARK = 'q8#Zx!';
const FILES = {
  'main.py': 'import os\nos.remove("lib/a.py")\n',
  'boot.py': 'x = 1\n',
  'lib/a.py': MARK,
  'os.py': '1/0',
};

function onStore(files: Files, test: (store: Store, env: Env) => Promise<void>): Promise<void> {
  return inFolder(async (folder) => {
    const env = realEnv();
    const store = await openStore(env, join(folder, 'store'));
    await takeBackup(store, files, { folders: ['data/empty'] });
    const temporary = join(folder, 'tmp');
    await mkdir(temporary);
    const { TMPDIR, TEMP } = process.env;
    Object.assign(process.env, { TMPDIR: temporary, TEMP: temporary });
    try {
      await test(store, env);
    } finally {
      for (const [name, value] of Object.entries({ TMPDIR, TEMP })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    // Whatever it came to, the board is gone.
    assert.deepEqual(await readdir(temporary), []);
  });
}

async function latest(store: Store) {
  return (await store.backupsOf(aBoard().id))[0] ?? assert.fail('there is no backup');
}

describe('A test restore', function () {
  this.timeout(60_000);

  it('restores all of a backup onto a board of its own, and leaves nothing behind but a line in the history', async () => {
    await onStore(FILES, async (store, env) => {
      await takeIncremental(store, { ...FILES, 'b.py': 'b\n' });
      const before = await readTree(store.root);
      const phases = new Set<string>();
      const context = { env, onProgress: ({ phase }: { phase: string }) => phases.add(phase) };
      const result = await testRestore(context, store, await latest(store));
      const { outcome, damaged, files, read, restored, left, limits } = result;
      assert.deepEqual([outcome, damaged, files, read, restored, left, limits], ['sound', [], 5, 5, 5, 0, []]);
      assert.ok(phases.has('check') && phases.has('write'));
      const after = await readTree(store.root);
      const changed = [...after.files].filter(([path, bytes]) => !before.files.get(path)?.equals(bytes));
      assert.deepEqual(
        changed.map(([path]) => path),
        ['history.jsonl'],
      );
      assert.deepEqual(
        [...before.files.keys()].filter((path) => !after.files.has(path)),
        [],
      );
      const [record, ...more] = await store.history();
      const { id, name } = aBoard();
      assert.deepEqual(more, []);
      assert.deepEqual(
        { ...record, at: '', seconds: 0 },
        {
          ...{ at: '', operation: 'test-restore', ok: true, seconds: 0, board: { id, name } },
          backups: 1,
          files: 5,
          bytes: result.bytes,
        },
      );
      assert.deepEqual((await store.restores()).records, []);
    });
  });

  it('finds a flipped byte, names the file and notes it on the backup; all others are restored', async () => {
    await onStore(FILES, async (store, env) => {
      const backup = await latest(store);
      await damageArchive(backup.archive, MARK);
      const { outcome, damaged, read, restored } = await testRestore({ env }, store, backup);
      assert.deepEqual([outcome, read, restored], ['damaged', 3, 3]);
      assert.deepEqual(
        damaged.map(({ path, certainty }) => [path, certainty]),
        [['lib/a.py', 'damaged']],
      );
      assert.match(damaged[0]?.reason ?? '', /lib\/a\.py.*cannot be read from any archive/);
      assert.equal(soundnessOf(await latest(store)), 'damaged');
      const [record] = await store.history();
      assert.deepEqual([record?.ok, record?.code, record?.board?.id], [false, 'archive-damaged', aBoard().id]);
    });
  });

  it('compares what is on the board with the manifest, and not with what the restore says', async () => {
    await onStore(FILES, async (store, env) => {
      let reads = 0;
      // The restore is given another manifest than the test.
      const readManifest: Store['readManifest'] = async (backup) => {
        const manifest = await store.readManifest(backup);
        const [other] = manifest.entries.filter(isFile);
        reads += 1;
        if (reads === 1 || !other) return manifest;
        const { sha256, size } = other;
        const entries = manifest.entries.map((entry) =>
          isFile(entry) && entry.path === 'main.py' ? { ...entry, sha256, size } : entry,
        );
        return { ...manifest, entries };
      };
      const { outcome, damaged, restored } = await testRestore(
        { env },
        { ...store, readManifest },
        await latest(store),
      );
      assert.deepEqual([outcome, restored], ['damaged', 3]);
      assert.deepEqual(damaged, [
        {
          ...{ path: 'main.py', certainty: 'restore' },
          reason: 'main.py has other bytes on the simulated board than in the backup.',
        },
      ]);
      // The archive is sound, and nothing of it is to be repaired.
      assert.equal(soundnessOf(await latest(store)), 'unknown');
      assert.equal((await store.history()).at(-1)?.code, 'file-changed');
    });
  });

  it('reads and hashes every file where the simulated board has no room for them, says so, and restores those that fit', async () => {
    const files = new Map([
      ['big.bin', noise(16 << 20)],
      ['a.py', Buffer.from(MARK)],
    ]);
    await onStore(files, async (store, env) => {
      const { outcome, read, restored, limits } = await testRestore({ env }, store, await latest(store));
      assert.deepEqual([outcome, read, restored], ['sound', 2, 1]);
      assert.deepEqual(limits, ['The simulated board has no room for all files: it has 17 MB.']);
      await damageArchive((await latest(store)).archive, MARK);
      const { outcome: second, damaged } = await testRestore({ env }, store, await latest(store));
      assert.deepEqual([second, damaged.map(({ path }) => path)], ['damaged', ['a.py']]);
    });
  });

  it('reads what cannot be on the disk of every computer under its name, and restores the rest', async () => {
    const odd = textFromBytes(Buffer.from([0x61, 0xff]));
    const files = new Map([odd, 'A.py', 'a.py', 'aux.txt'].map((path) => [parseBoardPath(path), Buffer.from(path)]));
    await onStore(files, async (store, env) => {
      const { outcome, read, restored, limits } = await testRestore({ env }, store, await latest(store));
      assert.deepEqual([outcome, read, restored], ['sound', 4, 1]);
      assert.deepEqual(limits, ["3 files cannot be on this computer's disk under their names."]);
    });
  });

  it('says what was not reached in time: nothing is known of it', async () => {
    await onStore(FILES, async (store, env) => {
      const none = await testRestore({ env }, store, await latest(store), { seconds: 0 });
      assert.deepEqual([none.outcome, none.read, none.restored, none.left], ['partly', 0, 0, 4]);
      // The time is over when the board is asked what it has.
      let end = () => {};
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      const clock = {
        ...env.clock,
        sleep: (ms: number, signal?: AbortSignal) => (ms === 7000 ? over : env.clock.sleep(ms, signal)),
      };
      const onProgress = ({ phase }: { phase: string }) => void (phase === 'list' && end());
      const context = { env: { ...env, clock }, onProgress };
      const some = await testRestore(context, store, await latest(store), { seconds: 7 });
      assert.deepEqual([some.outcome, some.read, some.restored, some.left], ['partly', 4, 0, 0]);
      assert.deepEqual(some.limits, ['Time ran out before the files were on the simulated board.']);
    });
  });

  it('ends where the user cancels it, and then it was never run', async () => {
    await onStore(FILES, async (store, env) => {
      const backup = await latest(store);
      for (const at of ['check', 'list', 'write']) {
        const user = new AbortController();
        const onProgress = ({ phase }: { phase: string }) => void (phase === at && user.abort());
        await assert.rejects(
          testRestore({ env, signal: user.signal, onProgress }, store, backup, { seconds: 60 }),
          (error) => isBackupError(error, 'cancelled'),
        );
        assert.deepEqual((await store.history()).at(-1)?.code, 'cancelled');
      }
    });
  });
});
