// Manifests and archives from elsewhere: newer ones, odd ones, hostile ones.

import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { canonicalJson } from '../../src/core/archive/canonicalJson.js';
import { encodeChecksums } from '../../src/core/archive/checksums.js';
import { encodeManifest, type Manifest, sortByPath } from '../../src/core/archive/manifest.js';
import { parseManifest } from '../../src/core/archive/parseManifest.js';
import { openArchive } from '../../src/core/archive/reader.js';
import { SEAL_LENGTH } from '../../src/core/archive/seal.js';
import { verifyArchive } from '../../src/core/archive/verify.js';
import { openZip } from '../../src/core/archive/zipReader.js';
import { describeCauses, isBackupError } from '../../src/core/errors.js';
import { parseBoardPath, ROOT, textFromBytes } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { aDraft, collect, hashOf, inFolder, takeBackup, testEnv } from '../support/builders.js';
import { aManifest, aManifestFile, archiveWith } from '../support/manifests.js';

/** Bytes of an entry in the directory of a ZIP, before its name. */
const DIRECTORY_HEADER = 46;

function parse(manifest: unknown): Manifest {
  return parseManifest(Buffer.from(canonicalJson(manifest)), '/store/backup.blb');
}

describe('P41 Versions of the format', () => {
  it('P41 a manifest comes back as it was written', () => {
    const manifest = aManifest({ entries: [aManifestFile('a.py'), { type: 'folder', path: parseBoardPath('lib') }] });
    assert.deepEqual(parse(manifest), manifest);
  });

  it('P41 an archive that needs a newer reader is refused with a sentence, whatever else is in it', () => {
    const newer = { format: { name: 'blb', version: 2, reader: 2, features: [] }, everything: 'else' };
    assert.throws(
      () => parse(newer),
      (error) => isBackupError(error, 'archive-unsupported') && /newer version/.test(error.message),
    );
  });

  it('P41 a feature that this reader does not know is refused by its name', () => {
    const manifest = { ...aManifest(), format: { name: 'blb', version: 1, reader: 1, features: ['zstd'] } };
    assert.throws(
      () => parse(manifest),
      (error) => isBackupError(error, 'archive-unsupported') && /"zstd"/.test(error.message),
    );
  });

  it('P41 a newer version that an old reader may read is read, and what it does not know is ignored', () => {
    const manifest = { ...aManifest(), mood: 'cheerful', format: { name: 'blb', version: 2, reader: 1, features: [] } };
    assert.equal(parse(manifest).sequence, 1);
  });

  it('P41 equal manifests have equal bytes, in whatever order their parts were put together', () => {
    const manifest = aManifest();
    const turned = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest;
    assert.deepEqual(encodeManifest(turned), encodeManifest(manifest));
  });
});

describe('P44 Hostile manifests', () => {
  const refused: [string, unknown][] = [
    [
      'a path that leads out',
      aManifest({ entries: [{ ...aManifestFile('a'), path: '../a' as never, stored: 'files/../a' }] }),
    ],
    [
      'an absolute path',
      aManifest({ entries: [{ ...aManifestFile('a'), path: '/etc/passwd' as never, stored: 'files//etc/passwd' }] }),
    ],
    [
      'a name with NUL',
      aManifest({ entries: [{ ...aManifestFile('a'), path: 'a\0b' as never, stored: 'files/a\0b' }] }),
    ],
    ['a path twice', aManifest({ entries: [aManifestFile('a'), aManifestFile('a')] })],
    ['entries out of order', aManifest({ entries: [aManifestFile('b'), aManifestFile('a')] })],
    ['a file inside a file', aManifest({ entries: [aManifestFile('a'), aManifestFile('a/b/c')] })],
    [
      'a file inside a file, with others between them',
      aManifest({ entries: ['a', 'a!', 'a!b', 'a.py', 'a/b/c'].map(aManifestFile) }),
    ],
    ['the root as a file', aManifest({ entries: [{ ...aManifestFile('a'), path: '' as never, stored: 'files/' }] })],
    ['bytes that stand outside', aManifest({ entries: [{ ...aManifestFile('a'), stored: 'files/../b' }] })],
    [
      'bytes under a foreign hash',
      aManifest({ entries: [{ ...aManifestFile('a'), stored: `objects/${'0'.repeat(64)}` }] }),
    ],
    ['an archive that is a path', aManifest({ entries: [{ ...aManifestFile('a'), archive: '../../other.blb' }] })],
    ['a negative size', aManifest({ entries: [{ ...aManifestFile('a'), size: -1 }] })],
    ['a hash that is none', aManifest({ entries: [{ ...aManifestFile('a'), sha256: 'A'.repeat(64) as never }] })],
    [
      'a pattern that is longer than any can be',
      aManifest({ scope: { root: ROOT, include: [], exclude: ['x'.repeat((1 << 16) + 1)] } }),
    ],
    ['another format', { ...aManifest(), format: { name: 'zip', version: 1, reader: 1, features: [] } }],
    ['a list', []],
    ['null', null],
  ];
  for (const [what, manifest] of refused) {
    it(`P44 ${what} is refused`, () => {
      assert.throws(
        () => parse(manifest),
        (error) => isBackupError(error, 'archive-damaged'),
      );
    });
  }

  it('P44 files whose names begin like others are inside none of them', () => {
    const names = ['a', 'a!', 'a.py', 'a0/b', 'a0/b.py', 'a0/b0/c', 'b/a', 'b/a.py', 'b/a0/c'];
    const manifest = aManifest({ entries: names.map(aManifestFile) });
    assert.deepEqual(parse(manifest), manifest);
  });

  it('P44 folders in folders take no time, however deep they are', function () {
    this.timeout(20_000);
    const stored = `objects/${hashOf(Buffer.from('x'))}`;
    const deep = (number: number) => aManifestFile(`${100 + number}${'/a'.repeat(8000)}`);
    const entries = Array.from({ length: 500 }, (_, number) => ({ ...deep(number), stored }));
    assert.equal(parse(aManifest({ entries })).entries.length, 500);
  });

  it('P44 a path of millions of folders is one like any other', () => {
    const entries = [{ ...aManifestFile(`a${'/a'.repeat(5_000_000)}`), stored: `objects/${hashOf(Buffer.from('x'))}` }];
    assert.equal(parse(aManifest({ entries })).entries.length, 1);
  });

  it('P44 bytes that are no JSON, or no UTF-8, are refused', () => {
    for (const bytes of [Buffer.from(''), Buffer.from('{'), Buffer.of(0x22, 0xff, 0x22)]) {
      assert.throws(
        () => parseManifest(bytes, '/store/a.blb'),
        (error) => isBackupError(error, 'archive-damaged'),
      );
    }
  });

  it('P44 __proto__ is a name like any other', () => {
    const entries = sortByPath([
      aManifestFile('__proto__'),
      aManifestFile('constructor'),
      aManifestFile('lib/__proto__'),
    ]);
    const manifest = aManifest({ entries, metadata: [['__proto__', 'text']] });
    assert.deepEqual(parse(manifest), manifest);
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });

  it('P44 any text or value in place of a manifest is refused, never misread', () => {
    const property = fc.property(fc.json(), (json) => {
      assert.throws(
        () => parseManifest(Buffer.from(json), '/store/a.blb'),
        (error) => isBackupError(error),
      );
    });
    fc.assert(property);
  });
});

describe('P44 Hostile archives', () => {
  const manifest = (bytes: Uint8Array): [string, Uint8Array] => {
    const file = { ...aManifestFile('a'), size: bytes.length, sha256: hashOf(bytes) };
    return ['manifest.json', encodeManifest(aManifest({ entries: [file] }))];
  };

  for (const name of [
    '../evil',
    'files/../../evil',
    '/etc/passwd',
    'files/a\\b',
    'files/C:/a',
    'files/a\0',
    'other',
    'objects/abc',
    'files/',
  ]) {
    it(`P44 an entry named ${JSON.stringify(name)} is refused`, async () => {
      await inFolder(async (folder) => {
        const path = await archiveWith(folder, [[name, Buffer.from('x')], manifest(Buffer.from('x'))]);
        await assert.rejects(openArchive(testEnv(), path), (error) => isBackupError(error, 'archive-damaged'));
        assert.equal((await verifyArchive(testEnv(), path)).length, 1);
      });
    });
  }

  it('P44 a name that comes twice is refused', async () => {
    await inFolder(async (folder) => {
      const path = await archiveWith(folder, [
        ['files/a', Buffer.from('x')],
        ['files/a', Buffer.from('y')],
        manifest(Buffer.from('x')),
      ]);
      await assert.rejects(openArchive(testEnv(), path), (error) => isBackupError(error, 'archive-damaged'));
    });
  });

  it('P44 an archive without a manifest is refused', async () => {
    await inFolder(async (folder) => {
      const path = await archiveWith(folder, [['files/a', Buffer.from('x')]]);
      await assert.rejects(openArchive(testEnv(), path), (error) => isBackupError(error, 'archive-damaged'));
    });
  });

  it('P44 a file that the manifest does not know is reported', async () => {
    await inFolder(async (folder) => {
      const path = await archiveWith(folder, [
        ['files/a', Buffer.from('x')],
        ['files/b', Buffer.from('y')],
        manifest(Buffer.from('x')),
      ]);
      assert.ok((await verifyArchive(testEnv(), path)).some(({ stored }) => stored === 'files/b'));
    });
  });

  /** Changes the directory of an archive, and seals it anew, as an attacker would. @param change at the header of the entry */
  async function withDirectory(
    path: string,
    name: string,
    change: (bytes: Buffer, header: number) => void,
  ): Promise<void> {
    const bytes = await readFile(path);
    change(bytes, bytes.lastIndexOf(name) - DIRECTORY_HEADER);
    bytes.write(hashOf(bytes.subarray(0, -SEAL_LENGTH)), bytes.length - 64);
    await writeFile(path, bytes);
  }

  it('P44 entries that share their bytes are a bomb, and what stands there for itself can be read', async () => {
    await inFolder(async (folder) => {
      const contents = ['first', 'second', 'third'].map((text) => Buffer.from(text));
      const names = contents.map((bytes) => `objects/${hashOf(bytes)}`);
      const [first = '', second = '', third = ''] = names;
      const path = await archiveWith(folder, [
        ...contents.map((bytes, index): [string, Uint8Array] => [names[index] ?? '', bytes]),
        manifest(Buffer.from('x')),
      ]);
      // The second begins where the first does, and the third goes on to the manifest and into it.
      await withDirectory(path, second, (bytes, header) => bytes.writeUInt32LE(0, header + 42));
      await withDirectory(path, third, (bytes, header) => {
        for (const at of [20, 24]) bytes.writeUInt32LE(60, header + at);
      });
      const zip = await openZip(testEnv(), path);
      assert.equal((await collect(zip.read(first))).toString(), 'first');
      for (const name of [second, third]) {
        await assert.rejects(
          collect(zip.read(name)),
          (error) => isBackupError(error, 'archive-damaged') && /shares its bytes/.test(error.message),
        );
      }
      const manifestBytes = await collect(zip.read('manifest.json'));
      assert.ok(manifestBytes.length > 60);
    });
  });

  for (const name of ['files/a', 'README.txt']) {
    it(`P44 a CRC-32 of ${name} that is not that of its bytes is reported: any unzip takes it for damaged`, async () => {
      await inFolder(async (folder) => {
        const entries: [string, Uint8Array][] = [['files/a', Buffer.from('x')], manifest(Buffer.from('x'))];
        const hashes = new Map(entries.map(([name, bytes]) => [name, hashOf(bytes)]));
        const path = await archiveWith(folder, [
          ...entries,
          ['checksums.txt', encodeChecksums(hashes)],
          ['README.txt', Buffer.from('read me')],
        ]);
        assert.deepEqual(await verifyArchive(testEnv(), path), []);
        await withDirectory(path, name, (bytes, header) => bytes.writeUInt32LE(1, header + 16));
        const damages = await verifyArchive(testEnv(), path);
        assert.deepEqual(
          damages.map(({ stored, reason }) => [stored, /CRC-32/.test(reason)]),
          [[name, true]],
        );
      });
    });
  }

  it('P44 the last number that there is, in a manifest from elsewhere, does not end the backups of its board', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const last = aManifest({ sequence: Number.MAX_SAFE_INTEGER, createdAt: '2025-11-20T09:10:00.000Z' });
      await mkdir(root);
      await archiveWith(root, [['manifest.json', encodeManifest(last)]]);
      const store = await openStore(testEnv(), root);
      const { id } = await takeBackup(store, { 'main.py': '1' });
      const { backups, unreadable } = await store.list();
      assert.deepEqual([backups.length, backups[0]?.id, unreadable], [2, id, []]);
    });
  });

  const bombs: [string, Uint8Array][] = [
    ['lists in lists', Buffer.alloc(20_000_000, '[')],
    ['empty lists', Buffer.from(`[${'[],'.repeat(1_000_000)}[]]`)],
    ['more bytes than a manifest can have', Buffer.alloc((1 << 25) + 1, ' ')],
  ];
  for (const [what, bytes] of bombs) {
    it(`P44 a manifest of ${what} is refused before it is parsed`, async () => {
      await inFolder(async (folder) => {
        const path = await archiveWith(folder, [['manifest.json', bytes]]);
        const parse = JSON.parse;
        let parsings = 0;
        JSON.parse = () => {
          parsings += 1;
        };
        try {
          await assert.rejects(openArchive(testEnv(), path), (error) => isBackupError(error, 'archive-damaged'));
        } finally {
          JSON.parse = parse;
        }
        assert.equal(parsings, 0);
      });
    });
  }

  it('P44 brackets in names do not count as lists', () => {
    const manifest = aManifest({ label: `"\\${'[{'.repeat(200_000)}` });
    assert.deepEqual(parse(manifest), manifest);
  });

  it('P44 a backup that no reader would take is not written', async () => {
    await inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const label = 'x'.repeat(1 << 25);
      await assert.rejects(takeBackup(store, { a: '1' }, { draft: aDraft({ label }) }), {
        code: 'store-failed',
        message: /larger than an archive can be/,
      });
      assert.deepEqual((await store.list()).backups, []);
    });
  });

  it('P47 what is wrong with a manifest is said without its text', () => {
    const secret = 'hunter2';
    const wrong = [
      Buffer.from(`{"label":"${secret}`),
      Buffer.from(`${secret}`),
      Buffer.from(canonicalJson({ ...aManifest(), kind: secret })),
      Buffer.from(canonicalJson({ ...aManifest(), entries: secret })),
      Buffer.from(canonicalJson({ ...aManifest(), createdAt: secret })),
      Buffer.from(canonicalJson({ ...aManifest(), statistics: { files: secret } })),
      Buffer.from(canonicalJson({ ...aManifest(), format: { ...aManifest().format, name: secret } })),
      Buffer.from(canonicalJson({ ...aManifest(), format: secret })),
    ];
    for (const bytes of wrong) {
      assert.throws(
        () => parseManifest(bytes, '/store/a.blb'),
        (error) => isBackupError(error, 'archive-damaged') && !describeCauses(error).includes(secret),
      );
    }
  });

  it('P44 a size that is not that of the content is reported for its file', async () => {
    await inFolder(async (folder) => {
      const content = Buffer.from('12345');
      const file = { ...aManifestFile('a'), size: 4, sha256: hashOf(content) };
      const path = await archiveWith(folder, [
        ['files/a', content],
        ['manifest.json', encodeManifest(aManifest({ entries: [file] }))],
      ]);
      const damages = await verifyArchive(testEnv(), path);
      assert.ok(damages.some(({ path, reason }) => path === 'a' && /says 4 bytes, and the entry has 5/.test(reason)));
    });
  });

  it('P44 a ZIP bomb is read no further than its manifest allows', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'store');
      const bomb = Buffer.alloc(20_000_000);
      const small = Buffer.from('x');
      await takeBackup(await openStore(testEnv(), root), {});
      await archiveWith(join(root, 'kitchen-sensor-3b025ee0'), [['files/a', bomb], manifest(small)]);
      const store = await openStore(testEnv(), root);
      const file = aManifestFile('a');
      await assert.rejects(
        collect(store.readContent({ ...file, size: 1, sha256: hashOf(small) })),
        (error) => isBackupError(error, 'content-missing') && /more than the 1 bytes/.test(String(error.cause)),
      );
    });
  });
});

describe('P45 Names of boards', () => {
  it('P45 every name that a board can hold comes back through an archive, with its bytes', async function () {
    this.timeout(60_000);
    const part = fc
      .uint8Array({ min: 1, max: 255, minLength: 1, maxLength: 12 })
      .map((bytes) => textFromBytes(bytes.filter((byte) => byte !== 0x2f)))
      .filter((name) => !['', '.', '..'].includes(name));
    const tree = fc.uniqueArray(fc.tuple(part, fc.uint8Array({ maxLength: 50 })), {
      selector: ([name]) => name,
      maxLength: 8,
    });
    await inFolder(async (folder) => {
      let count = 0;
      const property = fc.asyncProperty(tree, async (files) => {
        count += 1;
        const store = await openStore(testEnv(), join(folder, `store${count}`));
        const backup = await takeBackup(store, new Map(files.map(([name, bytes]) => [name, Buffer.from(bytes)])));
        const { entries } = await store.readManifest(backup);
        assert.equal(entries.length, files.length);
        const contents = new Map(files);
        for (const entry of entries) {
          assert.equal(entry.type, 'file');
          if (entry.type === 'file')
            assert.deepEqual(new Uint8Array(await collect(store.readContent(entry))), contents.get(entry.path));
        }
      });
      await fc.assert(property, { numRuns: 60 });
    });
  });
});
