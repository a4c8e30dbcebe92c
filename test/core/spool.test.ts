// The place where a file waits until it is verified.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { BackupError, systemCode } from '../../src/core/errors.js';
import { createSpool } from '../../src/core/store/spool.js';
import { collect, hashOf, inFolder, testEnv } from '../support/builders.js';
import { faultyFileSystem } from '../support/faultyFileSystem.js';

const small = Buffer.from('print(1)');
const large = Buffer.alloc(3_000_000, 'MicroPython');

describe('A spool', () => {
  it('keeps what is small in memory, and gives it back as often as asked', async () => {
    await inFolder(async (folder) => {
      const spool = createSpool(testEnv(), folder);
      const reused = Buffer.from(small);
      await spool.write(reused);
      reused.fill(0);
      assert.deepEqual([await collect(spool.chunks()), await collect(spool.chunks())], [small, small]);
      assert.deepEqual([spool.size, spool.sha256()], [small.length, hashOf(small)]);
      assert.deepEqual(await readdir(folder), []);
      await spool.discard();
    });
  });

  it('moves what is large to a file, made only then, which is gone after discard', async () => {
    await inFolder(async (folder) => {
      const inside = join(folder, 'store');
      const spool = createSpool(testEnv(), inside);
      for (let at = 0; at < large.length; at += 70_000) await spool.write(large.subarray(at, at + 70_000));
      assert.equal((await readdir(inside)).length, 1);
      assert.equal(spool.sha256(), hashOf(large));
      assert.ok(large.equals(await collect(spool.chunks())));
      await spool.discard();
      await spool.discard();
      assert.deepEqual(await readdir(inside), []);
    });
  });

  it('P04 reports a disk that fails at any call, and leaves no file', async () => {
    for (let call = 1; ; call++) {
      const fired = await inFolder(async (folder) => {
        const fs = faultyFileSystem(realEnv().fs, { call, code: 'EIO', lasting: 'once' });
        const spool = createSpool(testEnv({ fs }), folder);
        const failure = await fillAndRead().catch((error: unknown) => error);
        await spool.discard();
        const isClearing = fs.fired[0] === 'close' || fs.fired[0] === 'remove';
        if (fs.fired.length > 0 && !isClearing) {
          assert.ok(failure instanceof BackupError, `${call}, ${fs.fired[0]}`);
          assert.equal(systemCode(failure.cause), 'EIO');
        }
        if (fs.fired[0] !== 'remove') assert.deepEqual(await readdir(folder), [], `${call}, ${fs.fired[0]}`);
        return fs.fired.length > 0;

        async function fillAndRead() {
          for (let at = 0; at < large.length; at += 500_000) await spool.write(large.subarray(at, at + 500_000));
          await collect(spool.chunks());
        }
      });
      if (!fired) break;
    }
  });
});
