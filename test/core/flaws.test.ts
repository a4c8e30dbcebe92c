// What is wrong with a backup is told apart: bytes that are damaged, and content that is in no archive that is here.

import assert from 'node:assert/strict';
import { rename, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { backupLine } from '../../src/cli/backupText.js';
import { backupWords } from '../../src/core/jobs/backupWords.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { repair } from '../../src/core/jobs/repair.js';
import { verify } from '../../src/core/jobs/verify.js';
import { flawOf, worstOf } from '../../src/core/plan/flaws.js';
import { flawSentence } from '../../src/core/plan/flawText.js';
import { damageFindings } from '../../src/core/plan/healthFindings.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';

const context = { env: testEnv() };
/** Does not pack, so that it stands in its archive as it is. */
const NOISE = 'q8#Zx!';

/** A full backup and an incremental one, which needs it. */
function withChain(test: (store: Store, chain: [BackupSummary, BackupSummary], folder: string) => Promise<void>) {
  return () =>
    inFolder(async (folder) => {
      const store = await openStore(testEnv(), join(folder, 'store'));
      const full = await takeBackup(store, { 'a.py': NOISE });
      const later = await takeIncremental(store, { 'a.py': NOISE, 'b.py': 'b' });
      await test(store, [full, later], folder);
    });
}

/** Of the backups that a store lists, the oldest first. */
async function flawsIn(store: Store): Promise<unknown[]> {
  return (await store.list()).backups.reverse().map(flawOf);
}

describe('What is wrong with a backup', () => {
  it(
    'is that files are missing where it was imported without what it needs, until that comes too',
    withChain(async (_, [full, later], folder) => {
      const other = await openStore(testEnv(), join(folder, 'other'));
      await importBackups(context, other, [later.archive]);
      assert.deepEqual(await flawsIn(other), ['incomplete']);
      const { backups } = await other.list();
      const [backup] = backups;
      assert.ok(backup);
      assert.equal(backupWords(backup)[0], 'files missing');
      assert.match(backupLine(backup), / {2}FILES MISSING$/);
      assert.deepEqual(
        damageFindings(backups).map(({ kind, needsPerson }) => [kind, needsPerson]),
        [['files-missing', true]],
      );
      await importBackups(context, other, [full.archive]);
      assert.deepEqual(await flawsIn(other), [undefined, undefined]);
    }),
  );

  it(
    'is that files are missing where the archive that has them is gone',
    withChain(async (store, [full]) => {
      await rename(full.archive, `${full.archive}.elsewhere`);
      await verify(context, store);
      assert.deepEqual(await flawsIn(store), ['incomplete']);
      await rename(`${full.archive}.elsewhere`, full.archive);
      await verify(context, store);
      assert.deepEqual(await flawsIn(store), [undefined, undefined]);
    }),
  );

  it(
    'is damage where bytes are not as they were written, of all that need them; and missing files once it is repaired',
    withChain(async (store, [full]) => {
      await damageArchive(full.archive, NOISE);
      await verify(context, store);
      assert.deepEqual(await flawsIn(store), ['damaged', 'damaged']);
      await repair(context, store);
      assert.deepEqual(await flawsIn(store), ['incomplete', 'incomplete']);
    }),
  );

  it(
    'is damage where the archive that has the files is there, and cannot be read',
    withChain(async (store, [full]) => {
      await truncate(full.archive, 100);
      await verify(context, store);
      assert.deepEqual(await flawsIn(store), ['damaged']);
    }),
  );

  it('is told of several by the worst, and of how many that is true', () => {
    const verified = (isIncomplete: boolean) => ({ verified: { at: '', isSound: false, isIncomplete } });
    assert.equal(worstOf([{}, { verified: { at: '', isSound: true } }]), undefined);
    const some = [verified(true), verified(true), {}];
    assert.deepEqual(worstOf(some), { flaw: 'incomplete', count: 2 });
    const worst = worstOf([...some, verified(false)]);
    assert.deepEqual(worst && flawSentence(worst), 'Damage was found in 1 backup');
  });
});
