// How deep a verification looks, what it reads first, and that it changes nothing.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeManifest } from '../../src/core/archive/manifest.js';
import type { FileSystem, OpenFile } from '../../src/core/env.js';
import { verify } from '../../src/core/jobs/verify.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, hashOf, inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { aManifest, aManifestFile, archiveWith } from '../support/manifests.js';
import { mpbackup } from '../support/mpbackup.js';

const MINUTE = 60_000;

/** A process that begins later than all that were before: its clock says so. */
function laterProcess(minutes: number) {
  return testEnv({ now: Date.UTC(2025, 11, 1) + minutes * MINUTE });
}

/** The real disk, with a note of every archive that bytes were read from, and how many. */
function countingReads(): { fs: FileSystem; bytesOf: Map<string, number> } {
  const { fs } = testEnv();
  const bytesOf = new Map<string, number>();
  const counting = (path: string, file: OpenFile): OpenFile => ({
    ...file,
    async read(into, position) {
      const count = await file.read(into, position);
      if (path.endsWith('.blb')) bytesOf.set(path, (bytesOf.get(path) ?? 0) + count);
      return count;
    },
  });
  return { bytesOf, fs: { ...fs, open: async (path, mode) => counting(path, await fs.open(path, mode)) } };
}

/** A disk that refuses whatever would change it. */
function readOnly(fs: FileSystem): { fs: FileSystem; refused: string[] } {
  const refused: string[] = [];
  const refuse = (what: string) => async () => {
    refused.push(what);
    throw Object.assign(new Error(`EROFS: read-only file system, ${what}`), { code: 'EROFS' });
  };
  return {
    refused,
    fs: {
      ...fs,
      open: async (path, mode) => (mode === 'read' ? fs.open(path, mode) : refuse(`open ${mode}`)()),
      rename: refuse('rename'),
      remove: refuse('remove'),
      makeFolder: refuse('makeFolder'),
      removeFolder: refuse('removeFolder'),
      setReadOnly: refuse('setReadOnly'),
    },
  };
}

/** Every file below a folder: its path there, and the hash of its bytes. */
async function snapshot(root: string): Promise<Map<string, string>> {
  const files = (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const all = new Map<string, string>();
  for (const path of paths) {
    const bytes = await readFile(path);
    all.set(path.slice(root.length + 1), createHash('sha256').update(bytes).digest('hex'));
  }
  return all;
}

/** Paths that are new, gone or different. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

async function fourBackups(root: string): Promise<BackupSummary[]> {
  const store = await openStore(testEnv(), root);
  const other = aBoard({ id: 'other', name: 'Other board' });
  return [
    await takeBackup(store, { 'main.py': '1', 'lib/a.py': 'q8#Zx!' }),
    await takeIncremental(store, { 'main.py': '2', 'lib/a.py': 'q8#Zx!' }),
    await takeIncremental(store, { 'main.py': '3', 'lib/a.py': 'q8#Zx!' }),
    await takeBackup(store, { 'x.py': 'x' }, { board: other }),
  ];
}

/** One run of a sample that has time for one backup. @returns the archives that all bytes were read of, by their names */
async function sampleOnce(root: string, minutes: number) {
  const { fs, bytesOf } = countingReads();
  const env = { ...laterProcess(minutes), fs };
  // A store that has been listed: what is read from now on is read to be verified.
  const store = await openStore(env, root);
  await store.list();
  bytesOf.clear();
  const result = await verify({ env }, store, { depth: { seconds: 0 } });
  return { ...result, read: [...bytesOf.keys()] };
}

async function lastVerified(root: string): Promise<Map<string, string | undefined>> {
  const { backups } = await (await openStore(testEnv(), root)).list();
  return new Map(backups.map(({ id, verified }) => [id, verified?.at]));
}

describe('P12 How deep a verification looks', () => {
  it('P12 a sample with no time left takes the one that was verified longest ago, and after as many runs all were read', async () => {
    await inFolder(async (root) => {
      const backups = await fourBackups(root);
      const order: string[] = [];
      // Two rounds: first those that were never verified, then in the same order again. Each run is a process of its own.
      for (let run = 0; run < 2 * backups.length; run++) {
        const before = await lastVerified(root);
        const { archives, left, damaged } = await sampleOnce(root, run);
        assert.deepEqual([archives, left, damaged], [1, backups.length - 1, []]);
        const after = await lastVerified(root);
        const taken = [...after].filter(([id, at]) => at !== before.get(id)).map(([id]) => id);
        assert.equal(taken.length, 1);
        const oldest = [...before.values()].map((at) => at ?? '').sort()[0];
        assert.equal(before.get(taken[0] ?? '') ?? '', oldest);
        order.push(taken[0] ?? '');
      }
      assert.deepEqual(new Set(order.slice(0, backups.length)), new Set(backups.map(({ id }) => id)));
      assert.deepEqual(order.slice(backups.length), order.slice(0, backups.length));
    });
  });

  it('P12 a sample by the command line continues where another process ended', async () => {
    await inFolder(async (root) => {
      const backups = await fourBackups(root);
      for (let run = 1; run <= backups.length; run++) {
        const { result, status } = await mpbackup(['verify', '--store', root, '--sample', '0', '--json']);
        assert.deepEqual([status, result.archives, result.left], [0, 1, backups.length - 1]);
        assert.equal([...(await lastVerified(root)).values()].filter((at) => at !== undefined).length, run);
      }
    });
  });

  it('P12 samples find damage in the end, whichever archive has it', async () => {
    for (const which of [0, 1, 2, 3]) {
      await inFolder(async (root) => {
        const backups = await fourBackups(root);
        const { archive = '' } = backups[which] ?? {};
        await damageArchive(archive, 'checksums.txt');
        const found: string[] = [];
        for (let run = 0; run < backups.length; run++)
          found.push(...(await sampleOnce(root, run)).damaged.map(({ archive }) => archive));
        assert.deepEqual(new Set(found), new Set([archive]));
      });
    }
  });

  it('P12 a backup that has lost something gets its turn like any other, and further damage in it is found', async () => {
    await inFolder(async (root) => {
      const [first, second, third] = await fourBackups(root);
      await rm(first?.archive ?? '');
      // Each run finds anew that content is missing; that is no reading of these archives.
      for (let run = 0; run < 4; run++) await sampleOnce(root, run);
      await damageArchive(second?.archive ?? '', 'checksums.txt');
      const found = new Set<string>();
      for (let run = 4; run < 8; run++)
        for (const { archive, certainty } of (await sampleOnce(root, run)).damaged)
          if (certainty === 'damaged') found.add(archive);
      assert.deepEqual(found, new Set([second?.archive]));
      assert.ok(third);
    });
  });

  it('P12 an archive that cannot be read at all keeps no other from its turn', async () => {
    await inFolder(async (root) => {
      const backups = await fourBackups(root);
      await damageArchive(backups[1]?.archive ?? '', 'PK\x05\x06', 'last');
      const turns = backups.length - 1;
      for (let run = 0; run < turns; run++)
        assert.ok((await sampleOnce(root, run)).damaged.some(({ archive }) => archive === backups[1]?.archive));
      assert.equal([...(await lastVerified(root)).values()].filter((at) => at !== undefined).length, turns);
    });
  });

  it('P12 quick reads no content, and finds an archive that is missing and an entry that is missing', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const large = Buffer.concat(Array.from({ length: 32 * 1024 }, (_, at) => hashBytes(at)));
      const first = await takeBackup(store, new Map([['large.bin', large]]));
      const second = await takeIncremental(
        store,
        new Map([
          ['large.bin', large],
          ['new.py', Buffer.from('new')],
        ]),
      );
      const { fs, bytesOf } = countingReads();
      const quick = async () => {
        bytesOf.clear();
        const env = { ...laterProcess(1), fs };
        const { damaged } = await verify({ env }, await openStore(env, root), { depth: 'quick' });
        return damaged.map(({ archive, path, certainty }) => [archive, path, certainty]);
      };
      assert.deepEqual(await quick(), []);
      const read = bytesOf.get(first.archive) ?? 0;
      assert.ok(
        read > 0 && read < large.length / 4,
        `${read} bytes of an archive with ${large.length} bytes of content`,
      );
      assert.deepEqual([...(await lastVerified(root)).values()], [undefined, undefined], 'nothing was found sound');
      console.log(`    ${read} bytes read of an archive with ${large.length} bytes of content`);

      await rm(first.archive);
      assert.deepEqual(await quick(), [[first.archive, 'large.bin', 'missing']]);
      const folder = dirname(second.archive);
      const gone = { ...aManifestFile('gone.py'), archive: 'backup_20251123_091000.blb' };
      const manifest = aManifest({ sequence: 9, archive: gone.archive, entries: [gone] });
      const path = await archiveWith(folder, [['manifest.json', encodeManifest(manifest)]], gone.archive);
      assert.ok((await quick()).some(([archive, file]) => archive === path && file === 'gone.py'));
    });
  });
});

describe('P13 A verification changes nothing', () => {
  it('P13 verify changes no archive and no manifest, whatever it finds: only annotations and the history', async () => {
    for (const depth of ['full', 'quick', { seconds: 0 }] as const) {
      await inFolder(async (root) => {
        const [first, second, third] = await fourBackups(root);
        const folder = basename(dirname(first?.archive ?? ''));
        await damageArchive(third?.archive ?? '', 'PK\x05\x06', 'last');
        await damageArchive(first?.archive ?? '', 'q8#Zx!');
        await rm(second?.archive ?? '');
        const store = await openStore(laterProcess(1), root);
        await store.list();
        const before = await snapshot(root);
        const { damaged } = await verify({ env: laterProcess(1) }, store, { depth });
        assert.ok(damaged.length > 0);
        const touched = changed(before, await snapshot(root));
        const allowed = ['history.jsonl', `${folder}/annotations.jsonl`];
        const other = touched.filter((path) => !allowed.includes(path) && !path.endsWith('/annotations.jsonl'));
        assert.deepEqual(other, []);
        assert.ok(touched.includes('history.jsonl'));
      });
    }
  });

  it('P13 a read-only store can be verified, and nothing in it changes', async () => {
    for (const depth of ['full', 'quick', { seconds: 0 }] as const) {
      await inFolder(async (root) => {
        const [first] = await fourBackups(root);
        await damageArchive(first?.archive ?? '', 'q8#Zx!');
        await rm(join(root, 'index.json'));
        const before = await snapshot(root);
        const { fs, refused } = readOnly(testEnv().fs);
        const env = testEnv({ fs });
        const { damaged, archives } = await verify({ env }, await openStore(env, root), { depth });
        assert.equal(archives, typeof depth === 'object' ? 1 : 4);
        if (depth === 'full') assert.ok(damaged.some(({ path }) => path === 'lib/a.py'));
        assert.deepEqual(changed(before, await snapshot(root)), []);
        assert.ok(refused.length > 0);
      });
    }
  });

  it('P13 a damaged file is reported for every backup that needs it, and for no other', async () => {
    await inFolder(async (root) => {
      const [first, second, third] = await fourBackups(root);
      await damageArchive(first?.archive ?? '', 'q8#Zx!');
      const store: Store = await openStore(testEnv(), root);
      const { damaged } = await verify({ env: testEnv() }, store);
      const report = damaged.find(({ path }) => path === 'lib/a.py');
      assert.deepEqual(new Set(report?.backups), new Set([first?.id, second?.id, third?.id]));
    });
  });
});

function hashBytes(number: number): Buffer {
  return Buffer.from(hashOf(Buffer.from(`${number}`)), 'hex');
}
