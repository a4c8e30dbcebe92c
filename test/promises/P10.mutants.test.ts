// Archives that were changed by chance: importing them is refused, and repairing a store that has one never makes it worse.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Env } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { repair } from '../../src/core/jobs/repair.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { aBoard, hashOf, MORNING, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { copyImage, emptyImage, fileAt, folderAt, type Image, TOP } from '../support/diskImage.js';
import { recordingDisk } from '../support/powerCutFileSystem.js';

const STORE = '/store';

function envOn(image: Image): { env: Env; image: Image } {
  const disk = recordingDisk(image);
  return { env: testEnv({ fs: disk.fs, now: MORNING + 86_400_000 }), image: disk.image };
}

function nodeOf(image: Image, path: string): number {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.reduce((folder, name) => folderAt(image, folder).names.get(name) ?? assert.fail(path), TOP);
}

/** The same disk with other bytes in one file. */
function withBytes(image: Image, path: string, bytes: Uint8Array): Image {
  const changed = copyImage(image);
  changed.set(nodeOf(changed, path), { kind: 'file', bytes, modified: MORNING + 1 });
  return changed;
}

/** By id, the hashes of the files that every backup has. */
async function treesOf(store: Store): Promise<Map<string, string>> {
  const trees = new Map<string, string>();
  for (const backup of (await store.list()).backups) {
    const tree = await readTree(store, backup);
    trees.set(backup.id, [...tree].map(([path, bytes]) => `${path} ${hashOf(bytes)}`).join('\n'));
  }
  return trees;
}

/** Two boards, a chain of four, and a backup that has all of its content once more. */
async function someStore() {
  const { env, image } = envOn(emptyImage(MORNING));
  const store = await openStore(env, STORE);
  const all = { 'main.py': '1'.repeat(500), 'lib/a.py': 'a', 'lib/b.py': 'b'.repeat(90), 'odd\\name': 'odd' };
  await takeBackup(store, all, { folders: ['empty'] });
  await takeIncremental(store, { ...all, 'main.py': '2'.repeat(500) });
  await takeIncremental(store, { ...all, 'main.py': '3', 'new.py': 'new' });
  await takeIncremental(store, { ...all, 'main.py': '1'.repeat(500), 'new.py': 'newer' });
  await takeBackup(store, { 'copy.py': 'a' }, { board: aBoard({ id: 'other', name: 'Other board' }) });
  return { image, archives: await store.archives(), trees: await treesOf(store) };
}

const part = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));

/** What becomes of bytes: a few flipped bits, a piece lost, doubled, blanked, filled with chance, or swapped with another. */
const mutation = fc.tuple(
  fc.constantFrom('flip', 'cut', 'remove', 'double', 'blank', 'noise', 'swap', 'append'),
  part,
  fc.uint8Array({ minLength: 1, maxLength: 600 }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Uint8Array, [kind, [one, other], noise]: Mutation): Buffer {
  const places = [Math.floor(one * bytes.length), Math.floor(other * bytes.length)];
  const [from, to] = [Math.min(...places), Math.max(...places)];
  const [before, piece, after] = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
  const changed = Buffer.from(bytes);
  switch (kind) {
    case 'flip':
      for (const [at, bit] of noise.subarray(0, 5).entries()) {
        const position = (from + at * 37) % bytes.length;
        changed[position] = (changed[position] ?? 0) ^ (1 << (bit & 7));
      }
      return changed;
    case 'cut':
      return Buffer.from(before);
    case 'remove':
      return Buffer.concat([before, after]);
    case 'double':
      return Buffer.concat([before, piece, piece, after]);
    case 'blank':
      return Buffer.concat([before, Buffer.alloc(piece.length), after]);
    case 'noise':
      changed.set(noise.subarray(0, bytes.length - from), from);
      return changed;
    case 'swap':
      return Buffer.concat([after, piece, before]);
    case 'append':
      return Buffer.concat([bytes, noise]);
  }
}

describe('P10 Archives with random changes', () => {
  let made: Awaited<ReturnType<typeof someStore>>;
  before(async () => {
    made = await someStore();
  });

  it('P10 none is imported: each is refused with a reason, and nothing is written', async function () {
    this.timeout(120_000);
    let tried = 0;
    const property = fc.asyncProperty(fc.nat(), mutation, async (which, how) => {
      const archive = made.archives[which % made.archives.length] ?? '';
      const bytes = fileAt(made.image, nodeOf(made.image, archive)).bytes;
      const mutant = mutate(bytes, how);
      if (mutant.equals(bytes)) return;
      const { env, image } = envOn(withBytes(made.image, archive, mutant));
      const before = image.size;
      const store = await openStore(env, '/new');
      await assert.rejects(importBackups({ env }, store, [archive]), (error) =>
        isBackupError(error, 'archive-damaged'),
      );
      assert.deepEqual([await store.exists(), image.size], [false, before]);
      tried += 1;
    });
    await fc.assert(property, { numRuns: 400 });
    console.log(`    ${tried} mutants refused by import`);
  });

  it('P10 whatever is wrong with one or two archives, a repair ends, leaves the others as they are, and what verify calls sound can be restored', async function () {
    this.timeout(240_000);
    let tried = 0;
    let sound = 0;
    const several = fc.array(fc.tuple(fc.nat(), mutation), { minLength: 1, maxLength: 2 });
    const property = fc.asyncProperty(several, async (mutations) => {
      let image = made.image;
      const touched = new Set<string>();
      for (const [which, how] of mutations) {
        const archive = made.archives[which % made.archives.length] ?? '';
        touched.add(archive);
        image = withBytes(image, archive, mutate(fileAt(image, nodeOf(image, archive)).bytes, how));
      }
      const disk = envOn(image);
      const context = { env: disk.env };
      const store = await openStore(disk.env, STORE);
      const { damaged } = await verify(context, store);
      const unsound = new Set(damaged.flatMap(({ backups }) => backups));
      const saidSound = (await store.list()).backups.filter(({ id }) => !unsound.has(id));
      const { lost, quarantined } = await repair(context, store);
      assert.ok(quarantined.every((archive) => touched.has(archive)));

      for (const archive of made.archives) {
        if (touched.has(archive)) continue;
        const bytes = [...everyFile(disk.image)].some((found) =>
          Buffer.from(found).equals(bytesAt(made.image, archive)),
        );
        assert.ok(bytes, `${archive} is no more as it was`);
      }
      const again = await openStore(disk.env, STORE);
      for (const { id } of saidSound) {
        const tree = await readTree(again, await again.find(id));
        const text = [...tree].map(([path, content]) => `${path} ${hashOf(content)}`).join('\n');
        assert.equal(text, made.trees.get(id));
        sound += 1;
      }
      const { damaged: left } = await verify(context, again);
      assert.ok(left.every(({ certainty }) => certainty === 'missing'));
      assert.deepEqual(
        new Set(left.flatMap(({ backups }) => backups)),
        new Set(lost.flatMap(({ backups }) => backups)),
      );
      tried += 1;
    });
    await fc.assert(property, { numRuns: 150 });
    console.log(`    ${tried} damaged stores repaired; ${sound} backups that were called sound restored`);
  });
});

function bytesAt(image: Image, path: string): Uint8Array {
  return fileAt(image, nodeOf(image, path)).bytes;
}

function* everyFile(image: Image): Generator<Uint8Array> {
  for (const stored of image.values()) if (stored.kind === 'file') yield stored.bytes;
}
