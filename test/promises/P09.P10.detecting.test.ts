// What a full verify sees: every flipped bit, every piece that is missing, added or doubled.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { readSeal } from '../../src/core/archive/seal.js';
import { type Damage, verifyArchive } from '../../src/core/archive/verify.js';
import { type Env, type OpenFile, realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, takeBackup, testEnv } from '../support/builders.js';

/** Does not shrink, so it stands in the archive as it is. */
const noise = Buffer.concat(
  ['one', 'two', 'three', 'four', 'five'].map((word) => createHash('sha512').update(word).digest()),
);

async function smallArchive(): Promise<Buffer> {
  return inFolder(async (folder) => {
    const files = new Map([
      ['main.py', Buffer.from('print(1)\n'.repeat(20))],
      ['lib/noise.bin', noise],
      ['odd\\name', Buffer.from('odd')],
    ]);
    const { archive } = await takeBackup(await openStore(testEnv(), join(folder, 'store')), files);
    return readFile(archive);
  });
}

function fileOf(bytes: Uint8Array): OpenFile {
  return {
    async read(into, position) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    size: async () => bytes.length,
    append: () => Promise.reject(new Error('read only')),
    async sync() {},
    async close() {},
  };
}

function envHolding(bytes: Uint8Array): Env {
  const real = realEnv();
  return { ...real, fs: { ...real.fs, open: async () => fileOf(bytes) } };
}

function verifyBytes(bytes: Uint8Array): Promise<Damage[]> {
  return verifyArchive(envHolding(bytes), '/store/board/backup_20251121_091000.blb');
}

describe('What a full verify detects', () => {
  let archive: Buffer;
  before(async () => {
    archive = await smallArchive();
  });

  it('finds nothing wrong with an archive that is whole', async () => {
    assert.deepEqual(await verifyBytes(archive), []);
  });

  it('P09 Every single flipped bit at every position of an archive is detected', async function () {
    this.timeout(60_000);
    const mutant = Buffer.from(archive);
    for (let position = 0; position < archive.length; position++) {
      for (let bit = 1; bit < 256; bit <<= 1) {
        mutant[position] = (archive[position] ?? 0) ^ bit;
        const { written, actual } = await readSeal(fileOf(mutant));
        assert.notEqual(written, actual, `byte ${position}, bit ${bit}`);
      }
      mutant[position] = archive[position] ?? 0;
    }
  });

  it('P09 A flipped bit is reported for the file that it changed, and for that one alone', async () => {
    const mutant = Buffer.from(archive);
    const position = archive.indexOf(noise) + 100;
    mutant.writeUInt8((mutant[position] ?? 0) ^ 1, position);
    const damages = await verifyBytes(mutant);
    assert.deepEqual(
      damages.map(({ path, certainty }) => [path, certainty]),
      [
        [null, 'damaged'],
        ['lib/noise.bin', 'damaged'],
      ],
    );
  });

  it('P09 A flipped bit in the content of a file with an odd name is reported for that file', async () => {
    const mutant = Buffer.from(archive);
    const position = archive.indexOf('odd', archive.indexOf('objects/'));
    mutant.writeUInt8((mutant[position] ?? 0) ^ 1, position);
    assert.ok((await verifyBytes(mutant)).some(({ path }) => path === 'odd\\name'));
  });

  it('P10 Every truncation is detected', async function () {
    this.timeout(60_000);
    for (let length = 0; length < archive.length; length++) {
      assert.notDeepEqual(await verifyBytes(archive.subarray(0, length)), [], `cut to ${length} bytes`);
    }
  });

  it('P10 Appended and prepended bytes are detected', async () => {
    for (const extra of [Buffer.of(0), Buffer.from('PK'), archive.subarray(-98), archive]) {
      assert.notDeepEqual(await verifyBytes(Buffer.concat([archive, extra])), []);
      assert.notDeepEqual(await verifyBytes(Buffer.concat([extra, archive])), []);
    }
  });

  it('P10 Random mutants are never accepted, never hang, and never throw', async function () {
    this.timeout(120_000);
    const range = fc.tuple(fc.nat(archive.length), fc.nat(archive.length)).map(([one, other]) => {
      return [Math.min(one, other), Math.max(one, other)] as const;
    });
    const mutation = fc.oneof(
      range.map(([from, to]) => Buffer.concat([archive.subarray(0, from), archive.subarray(to)])),
      range.map(([from, to]) => Buffer.concat([archive.subarray(0, to), archive.subarray(from)])),
      fc.tuple(range, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(([[from], noise]) => {
        const mutant = Buffer.from(archive);
        mutant.set(noise.subarray(0, archive.length - from), from);
        return mutant;
      }),
    );
    const property = fc.asyncProperty(mutation, async (mutant) => {
      if (!archive.equals(mutant)) assert.notDeepEqual(await verifyBytes(mutant), []);
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  it('P10 A mutant whose seal was made anew is still held against its manifest', async function () {
    this.timeout(60_000);
    for (let position = 0; position < archive.length - 76; position += 3) {
      const mutant = Buffer.from(archive);
      mutant.writeUInt8((mutant[position] ?? 0) ^ 0x10, position);
      mutant.write((await readSeal(fileOf(mutant))).actual, archive.length - 64);
      // Times, attributes and the README are covered by the seal alone; nothing here may throw or hang.
      await verifyBytes(mutant);
    }
  });

  it('P11 A mismatch that does not come twice the same is called a read error', async () => {
    const position = archive.indexOf(noise) + 100;
    let readings = 0;
    const env = envHolding(archive);
    const shaky: OpenFile = {
      ...fileOf(archive),
      async read(into, from) {
        const count = await fileOf(archive).read(into, from);
        // Each reading of the noise finds another bit wrong.
        if (from <= position && position < from + count && into.length > 60) {
          readings += 1;
          into[position - from] = (into[position - from] ?? 0) ^ (1 << (readings % 8));
        }
        return count;
      },
    };
    const damages = await verifyArchive({ ...env, fs: { ...env.fs, open: async () => shaky } }, '/store/archive.blb');
    assert.ok(damages.length > 0);
    assert.ok(damages.every(({ certainty }) => certainty === 'read-error'));
    assert.ok(readings > 1);
  });

  it('P11 A disk that refuses to read is a read error, not damage', async () => {
    const failing = {
      ...fileOf(archive),
      read: () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })),
    };
    const env = envHolding(archive);
    const damages = await verifyArchive({ ...env, fs: { ...env.fs, open: async () => failing } }, '/store/archive.blb');
    assert.ok(damages.length > 0);
    assert.ok(damages.every(({ certainty }) => certainty === 'read-error'));
  });
});
