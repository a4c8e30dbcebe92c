// What a verification says of a store that lost something: each backup and file by name, and nothing wrong of what is sound.

import assert from 'node:assert/strict';
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { encodeManifest } from '../../src/core/archive/manifest.js';
import type { Damage } from '../../src/core/archive/verify.js';
import { type DamageReport, verify } from '../../src/core/jobs/verify.js';
import { damageSentence, verifiedFile } from '../../src/core/jobs/verifyText.js';
import { parseBoardPath } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import {
  aBoard,
  aDraft,
  anOutcome,
  hashOf,
  inFolder,
  takeBackup,
  takeIncremental,
  testEnv,
} from '../support/builders.js';
import { aManifest, aManifestFile, archiveWith } from '../support/manifests.js';

const NOISE = 'q8#Zx!';

function inStore(test: (store: Store, root: string) => Promise<void>): () => Promise<void> {
  return () => inFolder(async (root) => test(await openStore(testEnv(), root), root));
}

/** Verifies as a process does that has just been started. */
async function verified(root: string, reference?: string) {
  const store = await openStore(testEnv(), root);
  const only = reference === undefined ? undefined : await store.find(reference);
  return verify({ env: testEnv() }, store, only ? { only } : {});
}

async function damage(archive: string): Promise<void> {
  const bytes = await readFile(archive);
  bytes.write('?', bytes.indexOf(NOISE));
  await chmod(archive, 0o600);
  await writeFile(archive, bytes);
}

/** @param place of the gap: before the entry of that number, or behind the last. @returns the archive, sealed anew */
function withGap(archive: Buffer, place: number | 'end'): Buffer {
  const end = archive.length - 98;
  const directory = archive.readUInt32LE(end + 16);
  const entries: number[] = [];
  for (let at = directory; at < end; )
    at = entries.push(at) && at + 46 + [28, 30, 32].reduce((sum, field) => sum + archive.readUInt16LE(at + field), 0);
  const startOf = (entry: number) => archive.readUInt32LE(entry + 42);
  const [from = directory] = place === 'end' ? [] : [startOf(entries[place] ?? assert.fail('There is no such entry.'))];
  const gap = Buffer.from('gap');
  const gapped = Buffer.concat([archive.subarray(0, from), gap, archive.subarray(from)]);
  for (const entry of entries)
    if (startOf(entry) >= from) gapped.writeUInt32LE(startOf(entry) + gap.length, entry + gap.length + 42);
  gapped.writeUInt32LE(directory + gap.length, end + gap.length + 16);
  gapped.write(hashOf(gapped.subarray(0, -76)), gapped.length - 64);
  return gapped;
}

describe('A verification', () => {
  it(
    'finds bytes that belong to no entry, though the seal fits: before, between and behind them',
    inStore(async (store, root) => {
      const { archive } = await takeBackup(store, { 'main.py': '1', 'lib/a.py': 'a' });
      const whole = await readFile(archive);
      assert.deepEqual((await verified(root)).damaged, []);
      for (const place of [0, 1, 'end'] as const) {
        await chmod(archive, 0o600);
        await writeFile(archive, withGap(whole, place));
        const { damaged } = await verified(root);
        assert.deepEqual(
          damaged.map(({ reason }) => reason),
          ['There are bytes that belong to no entry.'],
          `${place}`,
        );
      }
    }),
  );

  it(
    'reports content that is in no archive any more: the file, the archive that had it, the backups',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1', 'lib/a.py': 'a' });
      const two = await takeIncremental(store, { 'main.py': '2', 'lib/a.py': 'a' });
      const three = await takeIncremental(store, { 'main.py': '3', 'lib/a.py': 'a' });
      await rm(one.archive);
      const { archives, damaged } = await verified(root);
      assert.equal(archives, 2);
      assert.deepEqual(
        damaged.map(({ archive, path, certainty, backups }) => [archive, path, certainty, backups]),
        [[one.archive, 'lib/a.py', 'missing', [three.id, two.id]]],
      );
    }),
  );

  it(
    'of one backup reports what that backup lacks, and nothing that only others lack',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1', 'lib/a.py': 'a' });
      const two = await takeIncremental(store, { 'main.py': '2', 'lib/a.py': 'a' });
      const three = await takeIncremental(store, { 'main.py': '2' });
      await rm(one.archive);
      assert.deepEqual((await verified(root, 'latest')).damaged, []);
      const { damaged } = await verified(root, two.id);
      assert.deepEqual(
        damaged.map(({ path, backups }) => [path, backups]),
        [['lib/a.py', [two.id]]],
      );
      await rm(two.archive);
      assert.equal((await verified(root, 'latest')).damaged[0]?.backups[0], three.id);
    }),
  );

  it(
    'names what was in an archive that cannot be read at all',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      const two = await takeIncremental(store, { 'main.py': '1', 'new.py': '2' });
      await chmod(one.archive, 0o600);
      await writeFile(one.archive, 'no archive');
      const missing = (await verified(root)).damaged.filter(({ certainty }) => certainty === 'missing');
      assert.deepEqual(
        missing.map(({ archive, path, backups }) => [archive, path, backups]),
        [[one.archive, 'main.py', [two.id]]],
      );
      assert.match(missing[0]?.reason ?? '', /cannot be read/);
    }),
  );

  it(
    'finds nothing missing where the content is in any other archive (P18)',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '1' });
      await takeIncremental(store, { 'main.py': '1', 'new.py': '2' });
      await takeBackup(store, { 'elsewhere.py': '1' });
      await rm(one.archive);
      assert.deepEqual((await verified(root)).damaged, []);
    }),
  );

  it(
    'reads every copy of an archive, and no backup is lost while one of them is sound',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': NOISE });
      const copy = join(root, 'copies', 'copy.blb');
      await mkdir(dirname(copy));
      await copyFile(one.archive, copy);
      assert.equal((await verified(root)).archives, 2);
      assert.equal((await verified(root, 'latest')).archives, 2);
      for (const [rotten, other] of [
        [copy, one.archive],
        [one.archive, copy],
      ] as const) {
        const sound = await readFile(other);
        await damage(rotten);
        const { damaged } = await verified(root);
        assert.deepEqual(new Set(damaged.map(({ archive }) => archive)), new Set([rotten]));
        assert.deepEqual(
          damaged.flatMap(({ backups }) => backups),
          [],
        );
        await writeFile(rotten, sound);
      }
      await damage(copy);
      await damage(one.archive);
      assert.ok((await verified(root)).damaged.some(({ backups }) => backups.includes(one.id)));
    }),
  );

  it('of a store that is not there is refused: nothing of it is sound', async () => {
    await inFolder(async (folder) => {
      const root = join(folder, 'not there');
      const store = await openStore(testEnv(), root);
      assert.equal(await store.exists(), false);
      await assert.rejects(verify({ env: testEnv() }, store), { code: 'store-not-found', path: root });
      assert.deepEqual(await readdir(folder), []);
    });
  });

  it(
    'of an empty store reads nothing',
    inStore(async (store, root) => {
      assert.equal(await store.exists(), true);
      const { archives, damaged } = await verified(root);
      assert.deepEqual({ archives, damaged }, { archives: 0, damaged: [] });
    }),
  );
});

describe('A size that does not belong to its content', () => {
  const file = {
    path: parseBoardPath('main.py'),
    mtime: null,
    sha256: hashOf(Buffer.from('12345')),
    evidence: 'board-hash' as const,
  };

  it(
    'never gets into a backup: the bytes are to be read instead',
    inStore(async (store) => {
      await takeBackup(store, { 'main.py': '12345' });
      const pending = await store.startBackup(aBoard(), aDraft());
      await assert.rejects(pending.keepFile({ ...file, size: 4 }), { code: 'content-missing' });
      await pending.keepFile({ ...file, size: 5 });
      await pending.commit(anOutcome());
    }),
  );

  it(
    'is reported where a backup has it from elsewhere: such a file cannot be restored',
    inStore(async (store, root) => {
      const one = await takeBackup(store, { 'main.py': '12345' });
      const wrong = { ...aManifestFile('main.py'), sha256: file.sha256, size: 4, archive: basename(one.archive) };
      const manifest = aManifest({ sequence: 2, archive: 'backup_20251122_091000.blb', entries: [wrong] });
      await archiveWith(dirname(one.archive), [['manifest.json', encodeManifest(manifest)]], manifest.archive);
      const reports = (await verified(root)).damaged.filter(({ path }) => path === 'main.py');
      assert.deepEqual(
        reports.map(({ certainty, reason }) => [certainty, reason]),
        [['missing', 'The manifest says 4 bytes, and this content has 5.']],
      );
    }),
  );
});

describe('What a verification says', () => {
  const missing = { archive: '/s/gone.blb', path: null, stored: null, reason: '', certainty: 'missing' as const };

  it('calls nothing damaged that is in no archive, and names no archive that is not there', () => {
    const lost = { ...missing, backups: ['a'] };
    assert.equal(damageSentence([lost]), 'No archive is damaged, but 1 file of 1 backup is in none of them.');
    assert.equal(damageSentence([lost, lost]), 'No archive is damaged, but 2 files of 1 backup are in none of them.');
    const damaged = { ...missing, archive: '/s/here.blb', certainty: 'damaged' as const, backups: [] };
    assert.equal(damageSentence([damaged, lost]), 'Damage was found in here.blb. 1 backup lost files.');
    assert.equal(damageSentence([damaged]), 'Damage was found in here.blb. No backup lost a file.');
  });

  it('of a file that is not the one in use tells how it is, and how that one is', () => {
    const damage = { ...missing, certainty: 'damaged' as const };
    const told = (...of: [Damage[] | undefined, DamageReport[] | undefined]) => verifiedFile('copy.blb', ...of);
    const sound = 'Every byte of copy.blb is as it was written.';
    assert.deepEqual(told([], undefined), { text: sound, isGood: true });
    assert.deepEqual(told([], []), { text: `${sound} The copy in your backups is sound.`, isGood: true });
    assert.deepEqual(told([damage], []), {
      text: 'This file is damaged: copy.blb. Its page says where. The copy in your backups is sound.',
      isGood: false,
    });
    assert.deepEqual(told([], [{ ...damage, backups: [] }]), {
      text: `${sound} In your backups: Damage was found in gone.blb. No backup lost a file.`,
      isGood: false,
    });
    assert.equal(told(undefined, undefined).isGood, false);
  });
});
