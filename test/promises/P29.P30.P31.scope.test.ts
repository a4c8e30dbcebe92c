// What a restore means, it touches, and nothing else: over all of the flash, by the time and the place of every file.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import type { RestoreOptions } from '../../src/core/jobs/restore.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { BAD_FLASH } from '../support/boardPrograms.js';
import { AFTER, assertSame, BEFORE, DELETED, RestoreBench, type Tree } from '../support/interruptedRestore.js';

describe('A restore of a part', function () {
  this.timeout(60_000);
  let folder: string;
  let bench: RestoreBench;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-scope-'));
    bench = await RestoreBench.open(folder, 'stage-all');
  });

  beforeEach(() => bench.goTo());

  after(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  const MIRROR = { most: 5 };
  const isPython = (path: string) => path.endsWith('.py');
  const parts: ReadonlyArray<{
    what: string;
    options: Pick<RestoreOptions, 'include' | 'exclude' | 'mirror'> & { paths?: string[]; into?: string };
    /** Whether a path is meant, and what is there then. */
    isMeant(path: string): boolean;
    there?: Tree;
  }> = [
    { what: 'a folder', options: { paths: ['lib'], mirror: MIRROR }, isMeant: (path) => path.startsWith('lib/') },
    {
      what: 'a folder and a file',
      options: { paths: ['data', 'top.txt'], mirror: MIRROR },
      isMeant: (path) => path.startsWith('data/') || path === 'top.txt',
    },
    { what: 'a pattern', options: { include: ['*.py'], mirror: MIRROR }, isMeant: isPython },
    {
      what: 'all but a pattern',
      options: { exclude: ['*.py'], mirror: MIRROR },
      isMeant: (path) => !isPython(path),
      // The folder itself is none of what is left out.
      there: new Map([...AFTER, ['lib/deep', null] as const]),
    },
    {
      what: 'a folder into another one',
      options: { paths: ['lib'], into: 'copy', mirror: MIRROR },
      isMeant: (path) => path.startsWith('copy/'),
      there: new Map(
        [...AFTER].filter(([path]) => path.startsWith('lib/')).map(([path, bytes]) => [`copy/${path.slice(4)}`, bytes]),
      ),
    },
  ];

  for (const { what, options, isMeant, there = AFTER } of parts) {
    it(`P29 P30 ${what} touches nothing else, and deletes nothing else`, async () => {
      const stamps = bench.stamps();
      const { paths = [''], into, ...more } = options;
      await bench.restore({}, undefined, {
        ...more,
        paths: paths.map((path) => (path === '' ? ROOT : parseBoardPath(path))),
        ...(into !== undefined && { mapping: { from: parseBoardPath('lib'), to: parseBoardPath(into) } }),
      });
      const expected = [...BEFORE]
        .filter(([path]) => !isMeant(path))
        .concat([...there].filter(([path]) => isMeant(path)));
      assertSame(bench.now().flash, new Map(expected));
      const now = bench.stamps();
      for (const path of BEFORE.keys()) if (!isMeant(path)) assert.equal(now.get(path), stamps.get(path), path);
    });
  }

  it('P30 deletes nothing unless it is told to', async () => {
    const { mirror: _, ...options } = bench.options;
    const { deleted, left } = await bench.restoreAs(options);
    assert.deepEqual([deleted, left.toSorted()], [[], DELETED.toSorted()]);
    assertSame(bench.now().flash, new Map([...BEFORE].filter(([path]) => DELETED.includes(path)).concat([...AFTER])));
  });

  it('P30 deletes nothing, and writes nothing, if more would be deleted than is allowed', async () => {
    const stamps = bench.stamps();
    await assert.rejects(bench.restore({}, undefined, { mirror: { most: 2 } }), {
      code: 'bad-argument',
      message: /3 files on the board would be deleted, and the limit is 2\..*Nothing was written/,
    });
    assert.deepEqual(bench.stamps(), stamps);
  });

  it('P30 P31 deletes nothing that the backup left out, or could not read', async () => {
    await writeFile(join(bench.flash, 'bad.bin'), 'precious');
    await writeFile(join(bench.flash, 'today.log'), 'precious');
    await writeFile(join(bench.flash, 'boot.py'), BAD_FLASH);
    await bench.close();
    const scope = { root: ROOT, include: [], exclude: ['*.log'] };
    const store = await bench.openStore();
    const options = { kind: 'auto', origin: 'manual', scope } as const;
    const { backup: taken, errors } = await backup({ env: realEnv() }, bench.address, store, options);
    assert.deepEqual(
      errors.map(({ path }) => path),
      ['bad.bin'],
    );
    await writeFile(join(bench.flash, 'extra.py'), 'extra');
    // Today it can be read, so that nothing but the plan keeps it.
    await writeFile(join(bench.flash, 'boot.py'), '');
    await bench.close();
    const { deleted } = await bench.restore({}, undefined, { backup: taken });
    assert.deepEqual(deleted, ['extra.py']);
    for (const name of ['bad.bin', 'today.log'])
      assert.equal(await readFile(join(bench.flash, name), 'utf8'), 'precious');
  });
});
