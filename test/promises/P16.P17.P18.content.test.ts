// The content hash is the truth, the place is a hint: what a lost or damaged archive costs.

import assert from 'node:assert/strict';
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { isFile } from '../../src/core/archive/manifest.js';
import { isBackupError } from '../../src/core/errors.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { collect, inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { watchedOpens } from '../support/watchedOpens.js';

/** Of each file of a backup: its content, or undefined where the store says that it is missing. */
async function whatIsLeft(store: Store, backup: BackupSummary): Promise<Map<string, string | undefined>> {
  const left = new Map<string, string | undefined>();
  for (const file of (await store.readManifest(backup)).entries.filter(isFile)) {
    const content = await collect(store.readContent(file)).catch((error: unknown) => {
      if (!isBackupError(error, 'content-missing')) throw error;
      assert.equal(error.path, file.path);
    });
    left.set(file.path, content?.toString());
  }
  return left;
}

describe('Where content is', () => {
  it('P16 a backup at the end of a long chain opens only the archives that hold its bytes', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const first = await takeBackup(store, { 'old.py': 'old', 'main.py': '0' });
      let last = first;
      for (let count = 1; count <= 20; count++)
        last = await takeIncremental(store, { 'old.py': 'old', 'main.py': `${count}` });
      const { watched, opened } = watchedOpens();
      const reopened = await openStore(testEnv({ fs: watched }), root);
      assert.deepEqual(
        [...(await whatIsLeft(reopened, last))],
        [
          ['main.py', '20'],
          ['old.py', 'old'],
        ],
      );
      assert.deepEqual(new Set(opened), new Set([last.archive, first.archive]));
    });
  });

  it('P17 P18 losing any archives loses exactly the bytes that only they held', async function () {
    this.timeout(120_000);
    const tree = fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'c/e'), fc.constantFrom('1', '2', '3', '4'), {
      noNullPrototype: true,
    });
    const history = fc.array(fc.tuple(tree, fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 6 });
    const property = fc.asyncProperty(history, (steps) =>
      inFolder(async (root) => {
        const store = await openStore(testEnv(), root);
        const taken: { backup: BackupSummary; files: Record<string, string>; lost: boolean; held: Set<string> }[] = [];
        for (const [index, [files, full, lost]] of steps.entries()) {
          const held = new Set(taken.flatMap((earlier) => [...earlier.held]));
          const isFull = full || index === 0;
          const backup = isFull ? await takeBackup(store, files) : await takeIncremental(store, files);
          taken.push({
            backup,
            files,
            lost,
            held: new Set(Object.values(files).filter((content) => isFull || !held.has(content))),
          });
        }
        for (const { backup, lost } of taken) if (lost) await rm(backup.archive);
        const kept = taken.filter(({ lost }) => !lost);
        const still = new Set(kept.flatMap(({ held }) => [...held]));
        for (const { backup, files } of kept) {
          const expected = new Map(
            Object.entries(files).map(([path, content]) => [path, still.has(content) ? content : undefined]),
          );
          assert.deepEqual(new Map(await whatIsLeft(store, backup)), expected);
        }
      }),
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it('P18 a file that is damaged in one archive is read from another', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const noise = 'q8#Zx!';
      const one = await takeBackup(store, { 'main.py': noise });
      await takeBackup(store, { 'copy.py': noise });
      const bytes = await readFile(one.archive);
      bytes.write('?', bytes.indexOf(noise));
      await chmod(one.archive, 0o600);
      await writeFile(one.archive, bytes);
      assert.equal((await whatIsLeft(store, one)).get('main.py'), noise);
    });
  });

  it('P17 content that is damaged everywhere is missing, and no wrong bytes are returned', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': 'q8#Zx!', 'other.py': 'sound' });
      const bytes = await readFile(one.archive);
      bytes.write('?', bytes.indexOf('q8#Zx!'));
      await chmod(one.archive, 0o600);
      await writeFile(one.archive, bytes);
      assert.deepEqual(
        [...(await whatIsLeft(store, one))],
        [
          ['main.py', undefined],
          ['other.py', 'sound'],
        ],
      );
    });
  });

  it('P18 an archive that is put back under another name gives back what was lost', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const one = await takeBackup(store, { 'main.py': '1' });
      const two = await takeIncremental(store, { 'main.py': '1', 'new.py': '2' });
      await inFolder(async (elsewhere) => {
        const away = join(elsewhere, basename(one.archive));
        const bytes = await readFile(one.archive);
        await rm(one.archive);
        await writeFile(away, bytes);
        assert.equal((await whatIsLeft(store, two)).get('main.py'), undefined);
        await writeFile(join(root, 'found.blb.partial'), bytes);
        await rename(join(root, 'found.blb.partial'), one.archive.replace('backup_', 'found_'));
        assert.equal((await whatIsLeft(store, two)).get('main.py'), '1');
      });
    });
  });
});
