// What backups take on the disk, against what their files hold.

import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';

type Files = Map<string, Uint8Array>;

/** Programs, settings and pages as they are on boards. */
async function aProject(): Promise<[path: string, content: Uint8Array][]> {
  const folder = join(ASSETS_FOLDER, '..', 'test', 'bench', 'files');
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths
      .sort()
      .map(async (path): Promise<[string, Uint8Array]> => [path.slice(folder.length + 1), await readFile(path)]),
  );
}

/** So many files, of which no two are the same: after the first round the same again, with a line of their own. */
async function projectOf(count: number): Promise<Files> {
  const project = await aProject();
  const files: Files = new Map();
  for (let number = 0; number < count; number++) {
    const [path, content] = project[number % project.length] ?? ['', new Uint8Array()];
    const round = Math.floor(number / project.length);
    files.set(round === 0 ? path : `copy${round}/${path}`, Buffer.concat([content, Buffer.from(`# ${number}\n`)]));
  }
  return files;
}

/** The same on every run; it does not shrink. */
function noise(size: number, number: number): Uint8Array {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, number), Buffer.alloc(16)).update(Buffer.alloc(size));
}

function bytesOf(files: Files): number {
  return [...files.values()].reduce((sum, { length }) => sum + length, 0);
}

/** @returns the size of the archive of a full backup of these files */
function fullBackupOf(files: Files): Promise<number> {
  return inFolder(async (root) => {
    const store = await openStore(testEnv(), root);
    return (await stat((await takeBackup(store, files)).archive)).size;
  });
}

describe('Storage', () => {
  it('Storage: a full backup of a project of 50 text files takes less than 60 % of their bytes', async () => {
    const files = await projectOf(50);
    const share = (await fullBackupOf(files)) / bytesOf(files);
    console.log(`      ${(100 * share).toFixed(1)} % of ${bytesOf(files)} bytes`);
    assert.ok(share < 0.6);
  });

  it('Storage: a full backup of 50 files of 200 kB that cannot be compressed takes less than 105 % of their bytes', async () => {
    const files = new Map(Array.from({ length: 50 }, (_, number) => [`music/${number}.mp3`, noise(200_000, number)]));
    const share = (await fullBackupOf(files)) / bytesOf(files);
    console.log(`      ${(100 * share).toFixed(2)} % of ${bytesOf(files)} bytes`);
    assert.ok(share < 1.05);
  });

  it('Storage: a file that cannot be compressed takes less than 256 bytes more than it has, however small it is', async () => {
    const files = new Map(Array.from({ length: 50 }, (_, number) => [`music/${number}.mp3`, noise(4_000, number)]));
    const more = (await fullBackupOf(files)) - bytesOf(files);
    console.log(
      `      ${(100 + (100 * more) / bytesOf(files)).toFixed(1)} % of ${bytesOf(files)} bytes: ${more / 50} more for each`,
    );
    assert.ok(more < 50 * 256);
  });

  it('Storage: a backup of 200 files of which one has changed takes that one compressed, 8 kB, and 120 bytes for each other', () =>
    inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const files = await projectOf(200);
      const full = await takeBackup(store, files);
      const changed = Buffer.concat([files.get('lib/asyncio/core.py') ?? Buffer.of(), Buffer.from('changed = True\n')]);
      const { archive } = await takeIncremental(store, new Map([...files, ['lib/asyncio/core.py', changed]]), {
        last: full,
      });
      const { size } = await stat(archive);
      const compressed = deflateRawSync(changed).length;
      const forEach = (size - compressed) / 199;
      console.log(`      ${size} bytes, ${compressed} of them content: ${forEach.toFixed(1)} more for each other file`);
      assert.ok(size < compressed + 8_192 + 199 * 120);
    }));
});
