// Several archives that are taken in together.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportBackups } from '../../src/core/jobs/exportBackups.js';
import { importBackups } from '../../src/core/jobs/importBackups.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, readTree, takeBackup, takeIncremental, testEnv } from '../support/builders.js';

describe('Several archives that are imported', () => {
  it('lack only what none of them has, in whatever order they come', () =>
    inFolder(async (folder) => {
      const context = { env: testEnv() };
      const store = await openStore(testEnv(), join(folder, 'one'));
      const first = await takeBackup(store, { 'a.py': 'a' });
      const second = await takeIncremental(store, { 'a.py': 'a', 'b.py': 'b' });
      const third = await takeIncremental(store, { 'a.py': 'a', 'b.py': 'b', 'c.py': 'c' });

      const two = await openStore(testEnv(), join(folder, 'two'));
      const found = await importBackups(context, two, [third.archive, first.archive]);
      assert.deepEqual([found.imported.length, found.missing], [2, [{ id: third.id, path: 'b.py' }]]);

      const three = await openStore(testEnv(), join(folder, 'three'));
      const whole = await importBackups(context, three, [third.archive, second.archive, first.archive]);
      assert.deepEqual([whole.imported.length, whole.missing], [3, []]);
      assert.deepEqual(await readTree(three, third), await readTree(store, third));
    }));

  it('count a backup once that several of them carry, and those that cannot be taken in keep none of the others out', () =>
    inFolder(async (folder) => {
      const context = { env: testEnv() };
      const store = await openStore(testEnv(), join(folder, 'one'));
      const first = await takeBackup(store, { 'a.py': 'a' });
      const second = await takeIncremental(store, { 'a.py': 'a', 'b.py': 'b' });
      const whole = join(folder, 'whole.blb');
      await exportBackups(context, store, { backups: [first, second], target: whole, form: 'archive' });
      const torn = join(folder, 'torn.blb');
      await writeFile(torn, 'no archive');

      const two = await openStore(testEnv(), join(folder, 'two'));
      const taken = await importBackups(context, two, [torn, first.archive, whole]);
      assert.deepEqual([taken.imported.length, taken.present, taken.missing], [2, 0, []]);
      assert.deepEqual(
        taken.refused.map(({ path, error }) => [path, error.code]),
        [[torn, 'archive-damaged']],
      );
      const again = await importBackups(context, two, [whole, first.archive, second.archive]);
      assert.deepEqual([again.imported, again.present, again.healed], [[], 2, 0]);
    }));
});
