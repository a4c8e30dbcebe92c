// What people may note on a backup: as much as they can read again.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { annotate, type UserAnnotation } from '../../src/core/jobs/annotate.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, takeBackup, testEnv } from '../support/builders.js';

describe('Noting something on a backup', () => {
  it('takes what fits, and refuses what is longer or has lines where there is room for one', async () => {
    await inFolder(async (root) => {
      const store = await openStore(testEnv(), root);
      const backup = await takeBackup(store, { 'main.py': 'x' });
      const note = (annotation: UserAnnotation) => annotate({ env: testEnv() }, store, [backup], annotation);
      const x = (length: number) => 'x'.repeat(length);
      const tooMuch: UserAnnotation[] = [
        { label: x(201) },
        { label: 'a\nb' },
        { label: 'a\rb' },
        { note: x(10_001) },
        { tags: ['fine', x(101)] },
        { tags: ['a\nb'] },
        { metadata: [['k', x(10_001)]] },
        { metadata: [[x(10_001), 'v']] },
      ];
      for (const annotation of tooMuch) await assert.rejects(note(annotation), { code: 'bad-argument' });
      assert.deepEqual(
        (await readdir(dirname(backup.archive))).filter((name) => name.endsWith('.jsonl')),
        [],
      );

      const most: UserAnnotation = {
        label: x(200),
        note: `two\nlines${x(9_991)}`,
        tags: [x(100)],
        metadata: [[x(10_000), x(10_000)]],
        pinned: true,
      };
      await note(most);
      await note({ label: null });
      assert.deepEqual((await store.annotations()).get(backup.id), { ...most, label: null });
      assert.equal((await store.find(backup.id)).label, null);
    });
  });
});
