// Damaged, or only incomplete: what is noted on a backup, by whoever looks, and how that is said.

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { backupWords } from '../../src/core/jobs/backupWords.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { repair } from '../../src/core/jobs/repair.js';
import { testRestore } from '../../src/core/jobs/testRestore.js';
import { describeTestRestore } from '../../src/core/jobs/testRestoreText.js';
import { type VerifyOptions, verify } from '../../src/core/jobs/verify.js';
import { damageFindings } from '../../src/core/plan/healthFindings.js';
import { isSound, soundnessOf, unsoundText, worstOf } from '../../src/core/plan/soundness.js';
import type { Verification } from '../../src/core/store/annotations.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';

const [OF_FIRST, OF_SECOND] = ['q1#First', 'q2#Second'];

/** A full backup, and an incremental one that needs a file of it. */
async function onPair(test: (pair: Pair) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const store = await openStore(testEnv(), join(folder, 'store'));
    const first = await takeBackup(store, { 'a.py': OF_FIRST });
    const second = await takeIncremental(store, { 'a.py': OF_FIRST, 'b.py': OF_SECOND });
    await test({ folder, store, first, second });
  });
}

interface Pair {
  folder: string;
  store: Store;
  first: Awaited<ReturnType<typeof takeBackup>>;
  second: Awaited<ReturnType<typeof takeBackup>>;
}

/** @returns newest first; as a process sees it that has just been started */
async function known({ root }: Store) {
  const { backups } = await (await openStore(testEnv(), root)).list();
  return backups.map(soundnessOf);
}

async function verified({ root }: Store, options: VerifyOptions = {}) {
  const store = await openStore(testEnv(), root);
  await verify({ env: testEnv() }, store, options);
  return known(store);
}

describe('A backup', () => {
  it('that is imported without its base lacks files, and is sound once that is imported', () =>
    onPair(async ({ folder, first, second }) => {
      const other = await openStore(testEnv(), join(folder, 'other'));
      await importBackups({ env: testEnv() }, other, [second.archive]);
      const { backups } = await other.list();
      assert.deepEqual(backups.map(soundnessOf), ['lacking']);
      assert.deepEqual(backups.map(isSound), [false]);
      assert.deepEqual(backups[0] && backupWords(backups[0]).slice(0, 2), ['files missing', '1 of 2 files']);
      assert.deepEqual(
        damageFindings(backups).map(({ kind, needsPerson, remedy }) => [kind, needsPerson, remedy]),
        [['lacks-files', true, 'import']],
      );
      assert.deepEqual(await verified(other), ['lacking']);
      await importBackups({ env: testEnv() }, other, [first.archive]);
      assert.deepEqual((await other.list()).backups.map(isSound), [true, true]);
      assert.deepEqual(await verified(other), ['sound', 'sound']);
    }));

  it('whose content is in no archive lacks files, and a flipped bit makes it damaged, in whichever order they come', () =>
    onPair(async ({ store, first, second }) => {
      await rm(first.archive);
      assert.deepEqual(await verified(store), ['lacking']);
      await damageArchive(second.archive, OF_SECOND);
      assert.deepEqual(await verified(store), ['damaged']);
      // Nothing of it was read: what is known stays.
      assert.deepEqual(await verified(store, { depth: 'quick' }), ['damaged']);
    }));

  it('that lacks files is damaged as soon as damage is found of which it needs the rest, whichever backup was verified', () =>
    onPair(async ({ store, first, second }) => {
      await takeIncremental(store, { 'a.py': OF_FIRST, 'b.py': OF_SECOND, 'c.py': 'c' });
      await rm(second.archive);
      assert.deepEqual(await verified(store), ['lacking', 'sound']);
      await damageArchive(first.archive, OF_FIRST);
      assert.deepEqual(await verified(store, { only: first }), ['damaged', 'damaged']);
    }));

  it('is damaged where a byte of another archive is wrong that it needs', () =>
    onPair(async ({ store, first }) => {
      await damageArchive(first.archive, OF_FIRST);
      assert.deepEqual(await verified(store), ['damaged', 'damaged']);
    }));

  it('is not said to be only incomplete while an archive cannot be read: what seems missing may be in that one', () =>
    onPair(async ({ folder, store, first, second }) => {
      await writeFile(join(dirname(first.archive), 'backup_20251122_091000.blb'), 'no archive');
      await rm(first.archive);
      assert.deepEqual(await verified(store), ['damaged']);
      const other = await openStore(testEnv(), join(folder, 'other'));
      await takeBackup(other, { 'x.py': 'x' });
      await writeFile(join(dirname((await other.find('latest')).archive), 'backup_20251122_091000.blb'), 'no archive');
      const { imported } = await importBackups({ env: testEnv() }, other, [second.archive]);
      assert.deepEqual(imported.map(soundnessOf), ['damaged']);
    }));

  it('lacks files once a repair has put what was damaged into quarantine, and found them nowhere', () =>
    onPair(async ({ store, first }) => {
      await damageArchive(first.archive, OF_FIRST);
      await repair({ env: testEnv() }, await openStore(testEnv(), store.root));
      assert.deepEqual(await known(store), ['lacking', 'lacking']);
      assert.deepEqual(await verified(store), ['lacking', 'lacking']);
    }));

  it('is found to lack files by a test restore, too, which does not call it damaged', () =>
    onPair(async ({ store, first }) => {
      await rm(first.archive);
      const opened = await openStore(testEnv(), store.root);
      const tested = await testRestore({ env: testEnv() }, opened, await opened.find('latest'));
      assert.deepEqual([tested.outcome, tested.damaged.map(({ certainty }) => certainty)], ['damaged', ['missing']]);
      assert.match(describeTestRestore(tested)[0] ?? '', /^Files are missing in the backup of .*: 1 finding; /);
      assert.deepEqual(await known(store), ['lacking']);
    }));
});

describe('How sound backups are', () => {
  const of = (verified?: Verification) => (verified ? { verified } : {});
  const [unknown, sound] = [of(), of({ at: '', isSound: true })];
  const damaged = of({ at: '', isSound: false });
  const lacking = of({ at: '', isSound: false, lacksFiles: true });

  it('is told by the note, and one that does not say which is of damage', () => {
    assert.deepEqual(
      [unknown, sound, damaged, lacking].map((backup) => [soundnessOf(backup), isSound(backup)]),
      [
        ['unknown', true],
        ['sound', true],
        ['damaged', false],
        ['lacking', false],
      ],
    );
  });

  it('is counted, and damage is the worse of both', () => {
    assert.equal(unsoundText([unknown, sound]), '');
    assert.equal(unsoundText([damaged, damaged]), '2 backups damaged');
    assert.equal(unsoundText([lacking]), '1 backup with missing files');
    assert.equal(unsoundText([lacking, damaged]), '1 backup damaged, 1 backup with missing files');
    const all = [
      [unknown, sound],
      [sound, lacking],
      [lacking, damaged],
    ];
    assert.deepEqual(all.map(worstOf), [undefined, 'lacking', 'damaged']);
  });
});
