// Several archives that are taken in together.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { importAll } from '../../src/core/jobs/importAll.js';
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
      const found = await importAll(context, two, [third.archive, first.archive]);
      assert.deepEqual([found.imported.length, found.missing], [2, [{ id: third.id, path: 'b.py' }]]);

      const three = await openStore(testEnv(), join(folder, 'three'));
      const whole = await importAll(context, three, [third.archive, second.archive, first.archive]);
      assert.deepEqual([whole.imported.length, whole.missing], [3, []]);
      assert.deepEqual(await readTree(three, third), await readTree(store, third));
    }));
});
