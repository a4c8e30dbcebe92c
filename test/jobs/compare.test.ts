// Comparing with simulated boards, in this process and with the command line. Boards are made to misbehave by Python of their
// own, in main.py.

import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { type BackupSide, type BoardSide, type CompareResult, compare } from '../../src/core/jobs/compare.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import type { Scope } from '../../src/core/plan/scope.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { BAD_FLASH, NO_HASH_AND_CHANGING } from '../support/boardPrograms.js';
import { inFolder } from '../support/builders.js';
import { mpbackup } from '../support/mpbackup.js';
import { readTree } from '../support/sampleTree.js';
import { type Tap, tap } from '../support/tap.js';

const WHOLE: Scope = { root: ROOT, include: [], exclude: [] };

interface Bench {
  folder: string;
  store: Store;
  env: Env;
  line: Tap;
  flash(name?: string): string;
  side(name?: string): BoardSide;
  addBoard(name: string, files: Record<string, string>): Promise<void>;
  backUp(scope?: Scope): Promise<BackupSummary>;
  compare(left: BackupSide | BoardSide, right: BackupSide | BoardSide, ...paths: string[]): Promise<CompareResult>;
}

/** A board named `pico` with these files, and an empty store. */
async function onBench(files: Record<string, string>, test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const boards = join(folder, 'boards');
    const names: string[] = [];
    const env = realEnv();
    const store = await openStore(env, join(folder, 'store'));
    const line = tap(simulatedTransport(boards));
    const side = (name = 'pico'): BoardSide => ({ board: { url: `sim:${name}`, open: line.open } });
    const bench: Bench = {
      ...{ folder, store, env, line, side },
      flash: (name = 'pico') => join(boards, name),
      async addBoard(name, files) {
        await addSimulatedBoard(boards, name, files);
        names.push(name);
      },
      backUp: async (scope = WHOLE) =>
        (await backup({ env }, side().board, store, { kind: 'auto', origin: 'manual', scope })).backup,
      compare: (left, right, ...paths) =>
        compare({ env }, left, right, { paths: paths.length > 0 ? paths.map(parseBoardPath) : undefined }),
    };
    try {
      await bench.addBoard('pico', files);
      await test(bench);
    } finally {
      for (const name of names) await powerOffSimulated(boards, name);
    }
  });
}

describe('A comparison', function () {
  this.timeout(60_000);

  it('of a backup and its board says what was done there since, and from where a file was moved', async () => {
    const files = { 'main.py': 'print(1)', 'old.py': 'an old file', 'lib/a.py': 'a', 'b.py': 'b' };
    await onBench(files, async ({ backUp, compare, store, side, flash }) => {
      const taken = await backUp();
      assert.deepEqual(shown(await compare({ store, backup: taken }, side())), '= b.py lib/a.py main.py old.py');
      await writeFile(join(flash(), 'main.py'), 'print(2)');
      await mkdir(join(flash(), 'empty'));
      await rename(join(flash(), 'old.py'), join(flash(), 'lib/new.py'));
      const forth = await compare({ store, backup: taken }, side());
      assert.deepEqual(shown(forth), '+ empty lib/new.py(old.py) - old.py ~ main.py = b.py lib/a.py');
      const back = await compare(side(), { store, backup: taken });
      assert.deepEqual(shown(back), '+ old.py(lib/new.py) - empty lib/new.py ~ main.py = b.py lib/a.py');
      const [change] = forth.difference.changed;
      const again = await backUp();
      const { entries } = await store.readManifest(again);
      const main = entries.find(({ path }) => path === 'main.py');
      assert.ok(main?.type === 'file' && change?.after.sha256 === main.sha256, 'the hash is that of the content');
      assert.deepEqual(shown(await compare({ store, backup: taken }, { store, backup: again })), shown(forth));
    });
  });

  it('P34 writes nothing to a board and to the store, lets its program run again, and frees the port', async () => {
    const program = 'import time\nwhile True:\n    time.sleep_ms(10)\n';
    await onBench(
      { 'main.py': program, 'lib/a.py': 'a' },
      async ({ backUp, compare, store, side, flash, line, folder }) => {
        const taken = await backUp();
        await writeFile(join(flash(), 'new.py'), 'new');
        const [onBoard, inStore] = [await readTree(flash()), await readTree(join(folder, 'store'))];
        const { right } = await compare({ store, backup: taken }, side());
        assert.ok(right.kind === 'board');
        assert.equal(right.program.state, 'restarted');
        assert.deepEqual(await readTree(flash()), onBoard);
        assert.deepEqual(await readTree(join(folder, 'store')), inStore);
        assert.equal(line.openNow(), 0);
      },
    );
  });

  it('P31 takes what the backup left out, or could not read, for nothing that is new on the board', async () => {
    const files = { 'main.py': BAD_FLASH, 'bad.bin': 'good', 'a.log': 'kept out' };
    await onBench(files, async ({ backUp, compare, store, side, flash }) => {
      const leavingOut = await backUp({ ...WHOLE, exclude: ['*.log'] });
      await writeFile(join(flash(), 'main.py'), 'print(1)');
      await powerOffSimulated(join(flash(), '..'), 'pico');
      assert.deepEqual(shown(await compare({ store, backup: leavingOut }, side())), '~ main.py ? bad.bin');
      const whole = await backUp();
      const { difference } = await compare({ store, backup: whole }, { store, backup: leavingOut });
      assert.deepEqual(difference.outside, ['a.log']);
    });
  });

  it('P31 says of a file that the board cannot read that it is not known, and why', async () => {
    await onBench(
      { 'main.py': '1', 'bad.bin': 'good', 'x.py': 'x' },
      async ({ backUp, compare, store, side, flash }) => {
        const taken = await backUp();
        await writeFile(join(flash(), 'main.py'), BAD_FLASH);
        await powerOffSimulated(join(flash(), '..'), 'pico');
        const found = await compare({ store, backup: taken }, side());
        assert.deepEqual(shown(found), '~ main.py = x.py ? bad.bin');
        assert.match(found.difference.unknown[0]?.message ?? '', /\b5\b|EIO/);
      },
    );
  });

  it('P32 P36 reads the files of a board that cannot hash, twice where they are not as expected', async () => {
    const files = { 'main.py': NO_HASH_AND_CHANGING, 'a.py': 'a', 'b.py': 'b', 'log.txt': 'a line' };
    await onBench(files, async ({ addBoard, compare, side }) => {
      await addBoard('other', { 'main.py': NO_HASH_AND_CHANGING, 'a.py': 'a', 'b.py': 'c', 'log.txt': 'a line' });
      assert.deepEqual(shown(await compare(side(), side('other'))), '~ b.py = a.py main.py ? log.txt');
    });
  });

  it('P32 P34 reads what is not the same on the board in the one connection, small files first, if it is to be shown', async () => {
    const files = { 'main.py': 'print(1)', 'same.py': 'same', 'old.py': 'old', 'big.bin': 'big' };
    await onBench(files, async ({ backUp, env, store, side, flash, line }) => {
      const taken = await backUp();
      await writeFile(join(flash(), 'main.py'), 'print(22)');
      await writeFile(join(flash(), 'new.py'), 'new');
      await writeFile(join(flash(), 'empty.py'), '');
      await writeFile(join(flash(), 'big.bin'), 'x'.repeat(90));
      await rm(join(flash(), 'old.py'));
      const before = line.opened();
      const found = await compare({ env }, { store, backup: taken }, side(), { read: 100 });
      const texts = [...(found.contents?.files ?? [])].map(([path, bytes]) => [path, `${Buffer.from(bytes)}`]);
      assert.deepEqual(texts, [
        ['empty.py', ''],
        ['new.py', 'new'],
        ['main.py', 'print(22)'],
      ]);
      assert.deepEqual(found.contents?.notRead, ['big.bin']);
      assert.equal(line.opened() - before, 1);
      const all = await compare({ env }, side(), { store, backup: taken }, { read: 102 });
      assert.equal(all.contents?.files.size, 4);
      assert.equal((await compare({ env }, { store, backup: taken }, side())).contents, undefined);
    });
  });

  it('shows nothing of a file that is different each time it is read', async () => {
    const files = { 'main.py': 'print(1)', 'log.txt': 'a line', 'b.py': 'b' };
    await onBench(files, async ({ backUp, env, store, side, flash }) => {
      const taken = await backUp();
      await writeFile(join(flash(), 'main.py'), NO_HASH_AND_CHANGING);
      await writeFile(join(flash(), 'b.py'), 'bb');
      await writeFile(join(flash(), 'log.txt'), 'a longer line');
      await powerOffSimulated(join(flash(), '..'), 'pico');
      const { contents } = await compare({ env }, { store, backup: taken }, side(), { read: 1000 });
      assert.deepEqual([...(contents?.files.keys() ?? [])], ['b.py', 'main.py']);
      assert.deepEqual(contents?.notRead, ['log.txt']);
    });
  });

  it('of two boards names both, and looks at all files of both', async () => {
    await onBench({ 'main.py': '1', 'lib/a.py': 'a' }, async ({ addBoard, compare, side, line }) => {
      await addBoard('other', { 'main.py': '1', 'b.py': 'b' });
      const found = await compare(side(), side('other'));
      assert.deepEqual(shown(found), '+ b.py - lib/a.py = main.py');
      assert.deepEqual([found.left.board.name, found.right.board.name], ['pico', 'other']);
      assert.notEqual(found.left.board.id, found.right.board.id);
      assert.equal(line.openNow(), 0);
    });
  });

  it('chooses a backup by the board that is there, or by the backup on the other side', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp, compare, store, side }) => {
      const taken = await backUp();
      const asked: Array<string | undefined> = [];
      const latest: BackupSide = {
        store,
        backup(boardId) {
          asked.push(boardId);
          return store.find('latest', boardId);
        },
      };
      for (const [left, right] of [
        [latest, side()],
        [side(), latest],
        [latest, { store, backup: taken }],
        [{ store, backup: taken }, latest],
      ] as const) {
        assert.equal(shown(await compare(left, right)), '= main.py');
      }
      assert.deepEqual(asked, Array(4).fill(taken.board.id));
    });
  });

  it('is only about the files and folders that are named, and refuses a name that neither side has', async () => {
    const files = { 'main.py': '1', 'lib/a.py': 'a', 'lib/b.py': 'b' };
    await onBench(files, async ({ backUp, compare, store, side, flash }) => {
      const taken = await backUp();
      for (const name of ['main.py', 'lib/a.py']) await rm(join(flash(), name));
      await writeFile(join(flash(), 'lib/b.py'), 'c');
      const left = { store, backup: taken };
      assert.equal(shown(await compare(left, side(), 'lib')), '- lib/a.py ~ lib/b.py');
      assert.equal(shown(await compare(left, side(), 'main.py')), '- main.py');
      await assert.rejects(compare(left, side(), 'lib', 'main.pi'), { code: 'bad-argument', message: /main\.pi/ });
    });
  });

  it('disturbs no board for a backup that cannot be read', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp, compare, store, side, line }) => {
      const taken = await backUp();
      const opened = line.opened();
      await rm(taken.archive);
      await assert.rejects(compare(side(), { store, backup: taken }), { code: 'backup-not-found' });
      assert.equal(line.opened(), opened);
    });
  });

  it('on the command line is a line for each difference and a sum, the same with --json', async () => {
    const files = { 'main.py': 'x'.repeat(940), 'old.py': 'x'.repeat(300), 'bad.bin': 'good' };
    await onBench(files, async ({ flash, backUp, folder }) => {
      const taken = await backUp();
      await powerOffSimulated(join(folder, 'boards'), 'pico');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const run = (...words: string[]) => mpbackup(['compare', ...words, '--store', join(folder, 'store')], { env });
      const same = await run(taken.id.slice(0, 8), 'sim:pico');
      assert.equal(`${same.stdout}`, 'No differences: 3 files are the same.\n');
      assert.equal(same.status, 0, same.stderr);
      await writeFile(join(flash(), 'main.py'), 'y'.repeat(1100));
      await writeFile(join(flash(), 'new.py'), 'y'.repeat(1200));
      await rm(join(flash(), 'old.py'));
      const found = await run('latest', 'sim:pico');
      assert.equal(
        `${found.stdout}`,
        '~ main.py  940 B -> 1.1 kB\n+ new.py  1.2 kB\n- old.py  300 B\n1 added, 1 removed, 1 changed, 1 same.\n',
      );
      assert.match(
        found.stderr,
        new RegExp(`^From pico's backup ${taken.id.slice(0, 8)} of .* to pico on sim:pico:\n`),
      );
      assert.equal(found.status, 0);
      const { result, status } = await run('sim:pico', taken.archive, '--json', 'main.py', 'old.py');
      assert.equal(status, 0);
      const { left, right, added, removed, changed, same: count, unknown } = result as never as JsonResult;
      assert.deepEqual([left.board.url, right.backup.id, right.board.id], ['sim:pico', taken.id, taken.board.id]);
      assert.deepEqual(
        added.map(({ path, size }) => [path, size]),
        [['old.py', 300]],
      );
      assert.deepEqual(
        changed.map(({ path, size }) => [path, size]),
        [['main.py', { left: 1100, right: 940 }]],
      );
      assert.deepEqual([removed, count, unknown], [[], 0, []]);

      await writeFile(join(flash(), 'main.py'), BAD_FLASH);
      const unread = await run('latest', 'sim:pico', 'bad.bin');
      assert.equal(unread.status, 3, 'done in part');
      const lines =
        /^\? bad\.bin {2}could not be read on the right: .+\n0 added, 0 removed, 0 changed, 0 same, 1 unknown\.\n$/;
      assert.match(`${unread.stdout}`, lines);
    });
  });
});

interface JsonResult {
  left: { board: { id: string; url: string } };
  right: { backup: { id: string }; board: { id: string } };
  added: Array<{ path: string; size: number }>;
  removed: Array<{ path: string; size: number }>;
  changed: Array<{ path: string; size: { left: number; right: number } }>;
  same: number;
  unknown: unknown[];
}

/** `+ a.py - b.py = c.py`, each kind with all of its paths. */
function shown({ difference }: CompareResult): string {
  const { added, removed, changed, same, unknown } = difference;
  const names = added.map((entry) => `${entry.path}${'movedFrom' in entry ? `(${entry.movedFrom})` : ''}`);
  const kinds: Array<[string, string[]]> = [
    ['+', names],
    ['-', removed.map(({ path }) => path)],
    ['~', changed.map(({ path }) => path)],
    ['=', same.map(({ path }) => path)],
    ['?', unknown.map(({ path }) => path)],
  ];
  return kinds.flatMap(([sign, paths]) => (paths.length > 0 ? [sign, ...paths] : [])).join(' ');
}
