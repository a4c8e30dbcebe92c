// What a full verify sees: every flipped bit, every piece that is missing, added or doubled.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { openArchive } from '../../src/core/archive/reader.js';
import { readSeal } from '../../src/core/archive/seal.js';
import { type Damage, verifyArchive } from '../../src/core/archive/verify.js';
import { type Env, type OpenFile, realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { completeArchive, exportedArchive, kindsOf, laterGeneration } from '../support/archiveKinds.js';
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

  it('P09 A flipped bit is reported for the file that it changed, and for no other', async () => {
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

  it('P10 A mutant with a seal that matches is still compared with its manifest', async function () {
    this.timeout(60_000);
    for (let position = 0; position < archive.length - 76; position += 3) {
      const mutant = Buffer.from(archive);
      mutant.writeUInt8((mutant[position] ?? 0) ^ 0x10, position);
      mutant.write((await readSeal(fileOf(mutant))).actual, archive.length - 64);
      // Times, attributes and the README are covered by the seal alone; nothing here may throw or hang.
      await verifyBytes(mutant);
    }
  });

  it('P11 Bytes that are different at each read are called a read error', async () => {
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

describe('What a full verify detects in every kind of archive', () => {
  /** Chances that are the same in every run. */
  const chance = (position: number) => createHash('sha256').update(`bit of ${position}`).digest()[0] ?? 0;

  async function sweep(archive: Buffer, bitsAt: (position: number) => readonly number[]): Promise<number> {
    const mutant = Buffer.from(archive);
    let flips = 0;
    for (let position = 0; position < archive.length; position++) {
      for (const bit of bitsAt(position)) {
        mutant[position] = (archive[position] ?? 0) ^ (1 << bit);
        assert.notDeepEqual(await verifyBytes(mutant), [], `byte ${position}, bit ${bit}`);
        flips += 1;
      }
      mutant[position] = archive[position] ?? 0;
    }
    return flips;
  }

  async function entriesIn(archive: Buffer): Promise<Record<string, number>> {
    const { zip } = await openArchive(envHolding(archive), '/store/board/backup.blb');
    return kindsOf(zip.entries.keys());
  }

  const always = { 'manifest.json': 1, 'checksums.txt': 1, 'README.txt': 1 };

  it('P09 every bit, flipped alone, of an archive with files, a folder and objects is found by verifying it', async function () {
    this.timeout(120_000);
    const archive = await completeArchive();
    assert.deepEqual(await entriesIn(archive), { ...always, 'files/': 2, folder: 1, 'objects/': 1 });
    assert.deepEqual(await verifyBytes(archive), []);
    const flips = await sweep(archive, () => [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(flips, 8 * archive.length);
    console.log(`    ${flips} flips of one bit in an archive of ${archive.length} bytes, all found`);
  });

  it('P09 one bit of every byte of a later generation with lost/ and of an export, flipped alone, is found', async function () {
    this.timeout(60_000);
    for (const [name, make, entries] of [
      ['a later generation', laterGeneration, { ...always, 'files/': 1, 'objects/': 1, 'lost/': 1 }],
      ['an export', exportedArchive, { ...always, 'files/': 1, 'objects/': 1, 'manifests/': 1, 'annotations.json': 1 }],
    ] as const) {
      const archive = await make();
      assert.deepEqual(await entriesIn(archive), entries);
      assert.deepEqual(await verifyBytes(archive), []);
      const flips = await sweep(archive, (position) => [chance(position) & 7]);
      console.log(`    ${flips} flips in ${name} of ${archive.length} bytes, all found`);
    }
  });

  it('P10 every length, every doubled or removed range of a grid, and swapped blocks are found in every kind of archive', async function () {
    this.timeout(120_000);
    const STEP = 97;
    let tried = 0;
    for (const make of [completeArchive, laterGeneration, exportedArchive]) {
      const archive = await make();
      const refuse = async (mutant: Buffer, what: string) => {
        if (mutant.equals(archive)) return;
        assert.notDeepEqual(await verifyBytes(mutant), [], what);
        tried += 1;
      };
      for (let length = 0; length < archive.length; length++)
        await refuse(archive.subarray(0, length), `cut to ${length}`);
      for (let from = 0; from < archive.length; from += STEP) {
        const [before, rest] = [archive.subarray(0, from), archive.subarray(from)];
        await refuse(Buffer.concat([archive, archive.subarray(from)]), `its end from ${from} on appended`);
        for (const length of [1, 16, 300, 2000]) {
          const to = from + length;
          await refuse(Buffer.concat([before, archive.subarray(to)]), `${from} to ${to} removed`);
          await refuse(Buffer.concat([archive.subarray(0, to), rest]), `${from} to ${to} doubled`);
          const [one, two] = [archive.subarray(from, to), archive.subarray(to, to + length)];
          await refuse(
            Buffer.concat([before, two, one, archive.subarray(to + length)]),
            `${from} to ${to} swapped with what follows`,
          );
        }
      }
    }
    console.log(`    ${tried} mutants of three archives, all found`);
  });
});
