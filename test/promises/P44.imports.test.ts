// Hostile archives and folders that somebody wants to have imported: refused or mapped, and nothing is written before all is checked.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { canonicalJson } from '../../src/core/archive/canonicalJson.js';
import { encodeChecksums } from '../../src/core/archive/checksums.js';
import { MANIFEST_LIMITS } from '../../src/core/archive/jsonLimits.js';
import { encodeManifest, type Manifest, type ManifestFile, sortByPath } from '../../src/core/archive/manifest.js';
import { createZipWriter } from '../../src/core/archive/zipWriter.js';
import type { Env } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { openStore } from '../../src/core/store/store.js';
import { hashOf, inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { aManifest, aManifestFile, archiveWith } from '../support/manifests.js';

const run = promisify(execFile);
const X = Buffer.from('x');
let refused = 0;

type Entries = [name: string, bytes: Uint8Array][];

/** What a whole archive has at its end. */
function ending(manifest: Manifest, others: Entries = []): Entries {
  const bytes = encodeManifest(manifest);
  const hashes = new Map(others.map(([name, content]) => [name, hashOf(content) as string]));
  return [
    ['manifest.json', bytes],
    ['checksums.txt', encodeChecksums(new Map([['manifest.json', hashOf(bytes)], ...hashes]))],
  ];
}

/** Refused with a code that people can look up, and the store was not even made. */
async function refuses(folder: string, from: string, what: string, env: Env = testEnv()): Promise<void> {
  const root = join(folder, 'new');
  const before = (await readdir(folder)).sort();
  await assert.rejects(
    importBackups({ env }, await openStore(env, root), [from]),
    (error) => isBackupError(error) && !/TypeError|RangeError/.test(String(error.cause)),
    what,
  );
  assert.deepEqual((await readdir(folder)).sort(), before, `${what}: something was written`);
  refused += 1;
}

describe('P44 Hostile imports', () => {
  after(() => console.log(`    ${refused} hostile archives and folders refused, and nothing was written`));

  it('P44 an archive with an entry that leads out, is no name of ours, or stands there twice is refused', async () => {
    const names = ['../evil', 'files/../../evil', '/etc/passwd', 'files//a', 'C:\\evil', 'files/C:/evil', 'files/C:'];
    const more = [
      'files/a\\..\\b',
      'files/a\0',
      '\\\\server\\share',
      'files/.',
      'files/..',
      'objects/../a',
      'manifests/a.json',
    ];
    const other = [`lost/${'0'.repeat(63)}`, `objects/${'A'.repeat(64)}`, '__proto__', 'files', 'files/\x7f'];
    for (const name of [...names, ...more, ...other]) {
      await inFolder(async (folder) => {
        const entries: Entries = [
          ['files/a', X],
          [name, X],
        ];
        const path = await archiveWith(folder, [
          ...entries,
          ...ending(aManifest({ entries: [aManifestFile('a')] }), entries),
        ]);
        await refuses(folder, path, JSON.stringify(name));
      });
    }
    await inFolder(async (folder) => {
      const entries: Entries = [['files/a', X]];
      const twice = [...entries, ...entries, ...ending(aManifest({ entries: [aManifestFile('a')] }), entries)];
      await refuses(folder, await archiveWith(folder, twice as Entries), 'a name twice');
    });
  });

  it('P44 names that one system cannot hold are taken in and come back, each by its own bytes', async () => {
    await inFolder(async (folder) => {
      const names = [
        'A.py',
        'a.py',
        'aux.py',
        'CON',
        'nul.txt',
        '__proto__',
        'constructor',
        'lib/__proto__',
        'a.',
        'what?',
      ];
      const entries = sortByPath(
        names.map((name) => ({ ...aManifestFile(name), sha256: hashOf(Buffer.from(name)), size: name.length })),
      );
      const files = names.map((name): [string, Buffer] => [`files/${name}`, Buffer.from(name)]);
      const path = await archiveWith(folder, [...files, ...ending(aManifest({ entries }), files)]);
      const store = await openStore(testEnv(), join(folder, 'new'));
      const { imported, missing } = await importBackups({ env: testEnv() }, store, [path]);
      assert.deepEqual([imported.length, missing], [1, []]);
      const [backup] = imported;
      assert.ok(backup);
      const tree = await readTree(store, backup);
      assert.deepEqual(new Set(tree.keys()), new Set(names));
      for (const [name, bytes] of tree) assert.equal(bytes.toString(), name);
      assert.equal(({} as Record<string, unknown>).polluted, undefined);
    });
  });

  it('P44 headers that lie are refused: sizes, hashes, sums, methods, offsets, and counts of entries', async function () {
    this.timeout(60_000);
    await inFolder(async (folder) => {
      const files: Entries = [['files/a', X]];
      const good = await archiveWith(folder, [
        ...files,
        ...ending(aManifest({ entries: [aManifestFile('a')] }), files),
      ]);
      const bytes = await readFile(good);
      const directory = bytes.readUInt32LE(bytes.length - 98 + 16);
      await rm(good);
      // Every field of the first entry in the directory, and of the end, with values that a liar would choose.
      const fields: [position: number, size: 2 | 4][] = [];
      for (let at = 4; at < 46; at += 2) fields.push([directory + at, 2]);
      for (const at of [16, 20, 24, 38, 42]) fields.push([directory + at, 4]);
      for (const at of [4, 6, 8, 10]) fields.push([bytes.length - 98 + at, 2]);
      for (const at of [12, 16]) fields.push([bytes.length - 98 + at, 4]);
      const path = join(folder, 'liar.blb');
      for (const [position, size] of fields) {
        for (const value of size === 2 ? [0, 9, 0xffff] : [0, 1, 0xffffffff]) {
          const liar = Buffer.from(bytes);
          if (size === 2) liar.writeUInt16LE(value, position);
          else liar.writeUInt32LE(value, position);
          if (liar.equals(bytes)) continue;
          // The seal is right, as an attacker would see to.
          liar.write(hashOf(liar.subarray(0, -76)), liar.length - 64);
          await writeFile(path, liar);
          await refusesOrTakesRight(folder, path);
        }
      }
    });
  });

  it('P44 a manifest that lies of its files is refused', async () => {
    const file = aManifestFile('a');
    const lies: [string, ManifestFile][] = [
      ['its size', { ...file, size: 2 }],
      ['its hash', { ...file, sha256: hashOf(Buffer.from('y')) }],
      ['its place', { ...file, stored: 'files/b' }],
    ];
    for (const [what, lie] of lies) {
      await inFolder(async (folder) => {
        const files: Entries = [['files/a', X]];
        await refuses(
          folder,
          await archiveWith(folder, [...files, ...ending(aManifest({ entries: [lie] }), files)]),
          what,
        );
      });
    }
  });

  it('P44 manifests/ under a wrong hash, a manifest of 300,000 entries, and one of a newer version are refused', async function () {
    this.timeout(120_000);
    const manifest = aManifest({ entries: [aManifestFile('a')] });
    const files: Entries = [['files/a', X]];
    const folders = Array.from({ length: 300_000 }, (_, at) => `{"path":"${at}","type":"folder"}`).join();
    const many = Buffer.from(canonicalJson(aManifest()).replace('"entries":[]', `"entries":[${folders}]`));
    const newer = { ...aManifest(), format: { name: 'blb', version: 2, reader: 2, features: [] } };
    const carrying = (bytes: Uint8Array, id: string = hashOf(bytes)): Entries => [[`manifests/${id}.json`, bytes]];
    for (const [what, carried] of [
      ['a wrong hash', carrying(encodeManifest(manifest), '0'.repeat(64))],
      ['a carried manifest of 300,000 entries', carrying(many)],
      ['a carried manifest of a newer version', carrying(Buffer.from(canonicalJson(newer)))],
      ['a carried text', carrying(X)],
    ] as const) {
      await inFolder(async (folder) => {
        const all: Entries = [...files, ...carried];
        await refuses(folder, await archiveWith(folder, [...all, ...ending(manifest, all)]), what);
        const plain = join(folder, 'plain');
        await mkdir(join(plain, 'files'), { recursive: true });
        await mkdir(join(plain, 'manifests'));
        for (const [name, bytes] of [...all, ...ending(manifest, all)]) await writeFile(join(plain, name), bytes);
        await refuses(folder, plain, `${what}, in a folder`);
      });
    }
    await inFolder(async (folder) => {
      await refuses(folder, await archiveWith(folder, [['manifest.json', many]]), 'a manifest of 300,000 entries');
    });
  });

  it('P44 annotations.json of wrong types, of ten million entries, or larger than any is refused', async function () {
    this.timeout(60_000);
    const id = hashOf(encodeManifest(aManifest({ entries: [aManifestFile('a')] })));
    const wrong: [string, Uint8Array][] = [
      ['no JSON', Buffer.from('{')],
      ['an object', Buffer.from('{"__proto__":{"polluted":1}}')],
      ['a label that is a number', Buffer.from(JSON.stringify([[id, { label: 7 }]]))],
      ['a pin that is a text', Buffer.from(JSON.stringify([[id, { pinned: 'yes' }]]))],
      ['tags that are a text', Buffer.from(JSON.stringify([[id, { tags: 'field' }]]))],
      ['ten million entries', Buffer.from(`[${'[],'.repeat(10_000_000)}[]]`)],
      ['lists in lists', Buffer.alloc(100_000, '[')],
      ['more bytes than there may be', Buffer.alloc((1 << 25) + 1, ' ')],
    ];
    const parse = JSON.parse;
    for (const [what, bytes] of wrong) {
      await inFolder(async (folder) => {
        const files: Entries = [['files/a', X]];
        const all = [
          ...files,
          ...ending(aManifest({ entries: [aManifestFile('a')] }), files),
          ['annotations.json', bytes],
        ];
        const path = await archiveWith(folder, all as Entries);
        let largest = 0;
        JSON.parse = (text: string, ...rest) => {
          largest = Math.max(largest, text.length);
          return parse(text, ...rest);
        };
        try {
          await refuses(folder, path, what);
        } finally {
          JSON.parse = parse;
        }
        // What is smaller than this takes no memory worth speaking of, whatever it holds.
        assert.ok(largest <= 2 * MANIFEST_LIMITS.values, `${what}: ${largest} bytes were parsed`);
      });
    }
  });

  it('P44 a bomb is refused, and 200 MB that are declared honestly need room on the disk first, and little memory', async function () {
    this.timeout(120_000);
    await inFolder(async (folder) => {
      const size = 200_000_000;
      const path = await archiveOfZeros(folder, size);
      const real = testEnv();
      const full = testEnv({ fs: { ...real.fs, freeSpace: async () => 10_000_000 } });
      await refuses(folder, path, 'no room', full);

      let most = 0;
      const memory = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
      const before = memory();
      const watching = testEnv({
        fs: {
          ...real.fs,
          open: async (...how) => {
            const file = await real.fs.open(...how);
            const watched = (bytes: Uint8Array, act: () => Promise<unknown>) => {
              if (bytes.length > 1000) most = Math.max(most, memory() - before);
              return act();
            };
            return {
              ...file,
              read: (into, position) => watched(into, () => file.read(into, position)) as Promise<number>,
              append: (bytes) => watched(bytes, () => file.append(bytes)) as Promise<void>,
            };
          },
        },
      });
      const store = await openStore(watching, join(folder, 'new'));
      const { imported, missing } = await importBackups({ env: watching }, store, [path]);
      assert.deepEqual([imported.length, missing, imported[0]?.bytes], [1, [], size]);
      assert.ok(most < 100_000_000, `${most} bytes of memory`);
      console.log(`    200 MB of zeros taken in with ${Math.round(most / 1e6)} MB of memory`);
      await rm(join(folder, 'new'), { recursive: true });

      // The same, but it says in all of its headers that there is one byte.
      const bomb = await readFile(path);
      const header = bomb.readUInt32LE(bomb.length - 98 + 16);
      bomb.writeUInt32LE(1, header + 24);
      bomb.write(hashOf(bomb.subarray(0, -76)), bomb.length - 64);
      const bombPath = join(folder, 'bomb.blb');
      await writeFile(bombPath, bomb);
      await refuses(folder, bombPath, 'a bomb');
    });
  });
});

describe('P44 Hostile folders', () => {
  /** An export as a folder, and what is in it. */
  async function withExport(test: (plain: string, folder: string) => Promise<void>): Promise<void> {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'one'));
      const first = await takeBackup(store, { 'main.py': 'one', 'lib/a.py': 'a' });
      const second = await takeIncremental(store, { 'main.py': 'two', 'lib/a.py': 'a' });
      const target = join(folder, 'plain');
      await exportBackups({ env: testEnv() }, store, { backups: [first, second], target, form: 'folder' });
      await test(target, folder);
    });
  }

  const parts = ['manifest.json', 'annotations.json', 'files', 'objects', 'manifests', 'files/main.py', 'files/lib'];

  for (const [what, make] of [
    ['a link to /etc/passwd', (path: string) => symlink('/etc/passwd', path)],
    ['a link to itself', (path: string) => symlink(path, path)],
    ['a link to the folder above', (path: string) => symlink('..', path)],
    ['a pipe', (path: string) => run('mkfifo', [path])],
    ['a link to an endless file', (path: string) => symlink('/dev/zero', path)],
  ] as const) {
    it(`P44 ${what} in place of any part of an export as a folder is refused or missing, and nothing hangs`, async function () {
      if (process.platform === 'win32') this.skip();
      for (const part of parts) {
        await withExport(async (plain, folder) => {
          await rm(join(plain, part), { recursive: true, force: true });
          await make(join(plain, part));
          const store = await openStore(testEnv(), join(folder, 'new'));
          try {
            const { imported } = await importBackups({ env: testEnv() }, store, [plain]);
            for (const backup of imported) {
              for (const [, bytes] of await readTree(store, backup).catch((error: unknown) => {
                if (!isBackupError(error, 'content-missing')) throw error;
                return new Map<string, Buffer>();
              }))
                assert.ok(['one', 'two', 'a'].includes(bytes.toString()));
            }
          } catch (error) {
            assert.ok(isBackupError(error), `${part}: ${String(error)}`);
            assert.equal(await store.exists(), false);
            refused += 1;
          }
        });
      }
    });
  }

  it('P44 a folder of archives with links in a circle and pipes named like archives is read to its end', async function () {
    if (process.platform === 'win32') this.skip();
    await withExport(async (_plain, folder) => {
      const all = join(folder, 'all');
      await mkdir(join(all, 'board'), { recursive: true });
      const [name = ''] = await readdir(join(folder, 'one')).then((names) =>
        names.filter((it) => it.startsWith('kitchen')),
      );
      for (const archive of await readdir(join(folder, 'one', name)))
        if (archive.endsWith('.blb')) await copyFile(join(folder, 'one', name, archive), join(all, 'board', archive));
      await symlink('..', join(all, 'board', 'up'));
      await symlink('loop.blb', join(all, 'loop.blb'));
      await symlink('/dev/zero', join(all, 'zero.blb'));
      await symlink('nowhere', join(all, 'dangling.blb'));
      await run('mkfifo', [join(all, 'pipe.blb')]);
      const store = await openStore(testEnv(), join(folder, 'new'));
      const { imported, missing } = await importBackups({ env: testEnv() }, store, [all]);
      assert.deepEqual([imported.length, missing], [2, []]);
    });
  });
});

/** Some fields matter to nobody (times, attributes): then what is taken in is right. */
async function refusesOrTakesRight(folder: string, path: string): Promise<void> {
  const root = join(folder, 'new');
  const store = await openStore(testEnv(), root);
  try {
    const { imported } = await importBackups({ env: testEnv() }, store, [path]);
    for (const backup of imported) assert.deepEqual([...(await readTree(store, backup))], [['a', X]]);
    await rm(root, { recursive: true });
  } catch (error) {
    assert.ok(isBackupError(error), String(error));
    assert.equal(await store.exists(), false);
    refused += 1;
  }
}

async function archiveOfZeros(folder: string, size: number): Promise<string> {
  const chunk = Buffer.alloc(1_000_000);
  async function* zeros() {
    for (let at = 0; at < size; at += chunk.length) yield chunk;
  }
  const pieces: Uint8Array[] = [];
  const zip = await createZipWriter({ append: async (bytes) => void pieces.push(bytes.slice()) });
  const hash = createHash('sha256');
  for await (const zero of zeros()) hash.update(zero);
  const file = { ...aManifestFile('a'), size, sha256: hash.digest('hex') as ManifestFile['sha256'] };
  const numbers = { ...aManifest().statistics, bytes: size };
  const manifest = encodeManifest(aManifest({ entries: [file], statistics: numbers }));
  const sums = new Map([
    ['manifest.json', hashOf(manifest) as string],
    ['files/a', file.sha256],
  ]);
  const at = Date.UTC(2025, 0);
  await zip.addFile('files/a', at, size, zeros());
  for (const [name, bytes] of [
    ['manifest.json', manifest],
    ['checksums.txt', encodeChecksums(sums)],
  ] as const)
    await zip.addFile(
      name,
      at,
      bytes.length,
      (async function* () {
        yield bytes;
      })(),
    );
  await zip.finish();
  const path = join(folder, 'zeros.blb');
  await writeFile(path, Buffer.concat(pieces));
  return path;
}
