// Archives are opened with one reading of their end where the manifest is in it, and with more where it is not.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { encodeManifest, sortByPath } from '../../src/core/archive/manifest.js';
import { openArchive } from '../../src/core/archive/reader.js';
import { realEnv } from '../../src/core/env.js';
import { openStore } from '../../src/core/store/store.js';
import { hashOf, inFolder, takeBackup, testEnv } from '../support/builders.js';
import { aManifest, aManifestFile, archiveWith } from '../support/manifests.js';

/** @returns how often the disk was asked for an archive */
async function opening(path: string): Promise<{ files: number; opened: number }> {
  let opened = 0;
  const { fs } = realEnv();
  const watched: typeof fs = {
    ...fs,
    open(path, mode) {
      opened += 1;
      return fs.open(path, mode);
    },
  };
  const { manifest } = await openArchive(testEnv({ fs: watched }), path);
  return { files: manifest.entries.length, opened };
}

describe('Opening an archive', () => {
  it('reads it once', async () => {
    await inFolder(async (folder) => {
      const files = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`file${at}.py`, `${at}`]));
      const { archive } = await takeBackup(await openStore(testEnv(), join(folder, 'store')), files);
      assert.deepEqual(await opening(archive), { files: 200, opened: 1 });
    });
  });

  it('finds a manifest that is longer than what is read first, or that stands far from the end', async () => {
    await inFolder(async (folder) => {
      // Hashes do not shrink.
      const files = Array.from({ length: 3000 }, (_, at) => ({
        ...aManifestFile(`a${at}`),
        sha256: hashOf(Buffer.of(at, at >> 8)),
      }));
      const long = encodeManifest(aManifest({ entries: sortByPath(files) }));
      const path = await archiveWith(folder, [['manifest.json', long]], 'long.blb');
      assert.equal((await opening(path)).files, 3000);

      const noise = Buffer.concat(files.map(({ sha256 }) => Buffer.from(sha256, 'hex')));
      const short = encodeManifest(aManifest({ entries: [aManifestFile('a')] }));
      const far = await archiveWith(
        folder,
        [
          ['manifest.json', short],
          ['files/a', noise],
        ],
        'far.blb',
      );
      assert.equal((await opening(far)).files, 1);
    });
  });
});
