// Restoring costs what it restores, however many backups there are.

import assert from 'node:assert/strict';
import { isFile } from '../../src/core/archive/manifest.js';
import { openStore } from '../../src/core/store/store.js';
import { collect, inFolder, takeBackup, takeIncremental, testEnv } from '../support/builders.js';
import { watchedOpens } from '../support/watchedOpens.js';

const BACKUPS = 40;

describe('What a restore opens', () => {
  it('P16 one file of the oldest of many backups: its own archive, once the index is there', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const oldest = await takeBackup(store, { 'main.py': '0', 'same.py': 'same' });
      for (let count = 1; count < BACKUPS; count++)
        await takeIncremental(store, { 'main.py': `${count}`, 'same.py': 'same' });
      const { watched, opened } = watchedOpens();
      const reopened = await openStore(testEnv({ fs: watched }), root);
      const found = await reopened.find(oldest.id);
      const file = (await reopened.readManifest(found)).entries.filter(isFile).find(({ path }) => path === 'main.py');
      assert.ok(file);
      assert.equal(`${await collect(reopened.readContent(file))}`, '0');
      assert.deepEqual(new Set(opened), new Set([oldest.archive]));
      console.log(`      ${BACKUPS} backups, ${opened.length} times opened`);
    });
  });
});
