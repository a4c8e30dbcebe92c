// The kinds of backups on simulated boards: what each holds and what travels for it, when a full one is due, what is done about
// damage, and how backups, deletes and restores keep out of each other's way.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isFile } from '../../src/core/archive/manifest.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { type BackupOptions, type BackupResult, backup } from '../../src/core/jobs/backup.js';
import { deleteBackups } from '../../src/core/jobs/deleteBackups.js';
import { fileHistory } from '../../src/core/jobs/fileHistory.js';
import type { BoardAddress, JobContext, Phase } from '../../src/core/jobs/job.js';
import { repair } from '../../src/core/jobs/repair.js';
import { restore } from '../../src/core/jobs/restore.js';
import { verify } from '../../src/core/jobs/verify.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { sumsOf } from '../../src/core/plan/historySums.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { BAD_FLASH, NO_HASH } from '../support/boardPrograms.js';
import { hashOf, inFolder, noise, readTree as readBackup } from '../support/builders.js';
import { damageArchive } from '../support/damage.js';
import { mpbackup } from '../support/mpbackup.js';
import { fiftyFiles, readTree, writeTree } from '../support/sampleTree.js';
import { type Tap, tap } from '../support/tap.js';

/** Not compressed, so that a test finds it in an archive. */
const MARK = 'q8#Zx!';
const OTHER_MARK = 'x7$Kw?';

type Contents = Record<string, string | Uint8Array>;

class Bench {
  readonly env: Env = realEnv();
  readonly line: Tap;

  constructor(
    readonly folder: string,
    readonly store: Store,
  ) {
    this.line = tap(simulatedTransport(this.boards));
  }

  get boards(): string {
    return join(this.folder, 'boards');
  }

  get flash(): string {
    return join(this.boards, 'pico');
  }

  address(open: OpenTransport = this.line.open): BoardAddress {
    return { url: 'sim:pico', open };
  }

  /** Puts files onto the board. */
  put(files: Contents): Promise<void> {
    return writeTree(this.flash, new Map(Object.entries(files).map(([path, content]) => [path, Buffer.from(content)])));
  }

  /** Has the board run this from its next start. */
  async run(program: string): Promise<void> {
    await this.put({ 'main.py': program });
    await powerOffSimulated(this.boards, 'pico');
  }

  backUp(
    options: Partial<BackupOptions> = {},
    {
      store = this.store,
      open = this.line.open,
      ...context
    }: Partial<JobContext> & { store?: Store; open?: OpenTransport } = {},
  ): Promise<BackupResult> {
    const whole: BackupOptions = { kind: 'auto', origin: 'manual', scope: { root: ROOT, include: [], exclude: [] } };
    return backup({ env: this.env, ...context }, this.address(open), store, { ...whole, ...options });
  }

  /** The same folder, seen for the first time. */
  reopened(): Promise<Store> {
    return openStore(this.env, this.store.root);
  }

  /** What the archive of a backup has in itself. */
  async heldBy({ archive }: BackupSummary): Promise<Set<string>> {
    const { staying } = await this.store.holdings();
    return new Set(staying.find((holding) => holding.archive === archive)?.contents.map(({ sha256 }) => sha256));
  }

  async holdsAllItself(summary: BackupSummary): Promise<void> {
    const files = (await this.store.readManifest(summary)).entries.filter(isFile);
    assert.deepEqual(await this.heldBy(summary), new Set(files.map(({ sha256 }) => sha256)));
  }

  /** A backup has every byte of the board as it is now. */
  async isAsBoard(summary: BackupSummary, store = this.store): Promise<void> {
    const taken = new Map([...(await readBackup(store, summary))].sort());
    assert.deepEqual(taken, (await readTree(this.flash)).files);
  }
}

/** A board named `pico` with these files, and an empty store. */
async function onBench(files: Contents, test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const bench = new Bench(folder, await openStore(realEnv(), join(folder, 'store')));
    await addSimulatedBoard(bench.boards, 'pico', {});
    await bench.put(files);
    try {
      await test(bench);
    } finally {
      await powerOffSimulated(bench.boards, 'pico');
    }
  });
}

describe('A backup of a kind', function () {
  this.timeout(60_000);

  it('holds what it says: all, what changed since the last one, what changed since the last full one', async () => {
    const big = noise(40_000, 2);
    await onBench({ 'a.py': 'a', 'b.bin': noise(30_000, 1), 'c.py': 'c' }, async (bench) => {
      const full = await bench.backUp();
      assert.equal(full.backup.kind, 'full');
      await bench.holdsAllItself(full.backup);

      await bench.put({ 'a.py': 'a, changed', 'd.bin': big });
      const incremental = await bench.backUp({ kind: 'incremental' });
      assert.deepEqual([incremental.backup.kind, incremental.read], ['incremental', 2]);
      assert.deepEqual(await bench.heldBy(incremental.backup), hashesOf('a, changed', big));

      await bench.put({ 'c.py': 'c, changed' });
      const differential = await bench.backUp({ kind: 'differential' });
      assert.deepEqual([differential.backup.kind, differential.read], ['differential', 1]);
      assert.deepEqual(await bench.heldBy(differential.backup), hashesOf('a, changed', big, 'c, changed'));
      assert.equal(differential.backup.parent, full.backup.id);
      const { received } = differential.wire;
      console.log(
        `      ${received} B received for ${big.length + 20} B of a differential backup, the rest was copied`,
      );
      assert.ok(received < 10_000, `${received} bytes travelled: what an incremental backup holds is copied`);

      await rm(incremental.backup.archive, { force: true });
      const store = await bench.reopened();
      assert.equal((await store.list()).backups.length, 2);
      await bench.isAsBoard(differential.backup, store);
      const { damaged } = await verify({ env: bench.env }, store);
      assert.deepEqual(damaged, []);
      const before = await readTree(bench.flash);
      await rm(bench.flash, { recursive: true });
      await mkdir(bench.flash);
      await restore({ env: bench.env }, bench.address(), store, {
        backup: differential.backup,
        paths: [ROOT],
        allowOtherBoard: false,
      });
      assert.deepEqual((await readTree(bench.flash)).files, before.files);
    });
  });

  it('is refused where there is nothing to go on from, with the next step', async () => {
    await onBench({ 'a.py': 'a' }, async (bench) => {
      for (const kind of ['incremental', 'differential'] as const) {
        await assert.rejects(bench.backUp({ kind }), {
          code: 'backup-not-found',
          message: new RegExp(`There is no ${kind === 'differential' ? 'full ' : ''}backup of the board on sim:pico`),
          hint: 'Take a full backup first.',
        });
      }
      const { backup: full } = await bench.backUp();
      await bench.put({ 'a.py': 'b' });
      const { backup: incremental } = await bench.backUp();
      await rm(full.archive, { force: true });
      await assert.rejects(bench.backUp({ kind: 'differential' }), { code: 'backup-not-found' });
      assert.deepEqual(
        (await bench.store.list()).backups.map(({ id }) => id),
        [incremental.id],
      );
    });
  });

  it('full, where it was asked for, reads everything from the board', async () => {
    const files = { 'a.bin': noise(20_000, 1), 'b.bin': noise(20_000, 2), 'c.py': 'c' };
    await onBench(files, async (bench) => {
      await bench.backUp();
      const full = await bench.backUp({ kind: 'full' });
      assert.deepEqual([full.read, full.backup.parent, full.reason, full.unchanged], [3, null, undefined, false]);
      assert.ok(full.wire.received > 40_000, `${full.wire.received} bytes came for 40,001`);
      await bench.holdsAllItself(full.backup);
    });
  });

  it('P18 differential does not take the full one for whole where that has lost something since', async () => {
    await onBench({ 'a.py': MARK, 'b.py': 'b' }, async (bench) => {
      const { backup: full } = await bench.backUp();
      await damageArchive(full.archive, MARK);
      assert.equal((await repair({ env: bench.env }, bench.store)).lost.length, 1);
      const { backup: incremental } = await bench.backUp({ kind: 'incremental' });
      await verify({ env: bench.env }, bench.store);
      assert.deepEqual(await soundness(bench.store), [true, true], 'the incremental one has what was lost');
      const { backup: differential, read } = await bench.backUp({ kind: 'differential', recordUnchanged: true });
      assert.equal(read, 0);
      await rm(incremental.archive, { force: true });
      await bench.isAsBoard(differential, await bench.reopened());
    });
  });
});

describe('A full backup that is due', function () {
  this.timeout(60_000);

  it('comes after so many others, is copied from the store, holds everything itself, and says why', async () => {
    await onBench({ 'a.py': '0', 'b.bin': noise(30_000, 1) }, async (bench) => {
      const kinds: string[] = [];
      for (let round = 1; round <= 7; round++) {
        await bench.put({ 'a.py': `${round}` });
        const result = await bench.backUp({ fullAfter: 2 });
        kinds.push(result.backup.kind);
        await bench.isAsBoard(result.backup);
        if (round === 1 || result.backup.kind !== 'full') {
          assert.equal(result.reason, undefined);
          continue;
        }
        assert.equal(result.reason, 'There were 2 backups since the last full one, so this is a full one.');
        assert.equal(result.read, 1);
        assert.ok(result.wire.received < 10_000, `${result.wire.received} bytes travelled`);
        await bench.holdsAllItself(result.backup);
      }
      const [i, f] = ['incremental', 'full'];
      assert.deepEqual(kinds, [f, i, i, f, i, i, f]);
      for (const { kind, archive } of (await bench.store.list()).backups) if (kind === 'incremental') await rm(archive);
      const store = await bench.reopened();
      for (const left of (await store.list()).backups) assert.equal((await readBackup(store, left)).size, 2);
    });
  });

  it('reads nothing where nothing has changed, is recorded once, and then no more', async () => {
    await onBench({ 'a.py': 'a', 'b.bin': noise(30_000, 1) }, async (bench) => {
      await bench.backUp();
      await bench.put({ 'a.py': 'b' });
      await bench.backUp();
      const due = await bench.backUp({ fullAfter: 1 });
      assert.deepEqual([due.backup.kind, due.read, due.unchanged], ['full', 0, false]);
      await bench.holdsAllItself(due.backup);
      assert.equal((await bench.backUp({ fullAfter: 1 })).unchanged, true);
    });
  });

  it('P18 comes at once where damage was found, reads all of the board, and gives back what was damaged', async () => {
    const big = noise(30_000, 1);
    await onBench({ 'a.py': MARK, 'b.py': 'b', 'big.bin': big }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await bench.put({ 'b.py': 'b, changed' });
      const { backup: second } = await bench.backUp();
      await damageArchive(first.archive, MARK);
      await verify({ env: bench.env }, bench.store);
      assert.deepEqual(await soundness(bench.store), [false, false]);

      const healing = await bench.backUp();
      assert.deepEqual([healing.backup.kind, healing.read], ['full', 3]);
      assert.equal(healing.reason, 'Damage was found in earlier backups, so this is a full one.');
      assert.ok(healing.wire.received > big.length, 'nothing is taken from a disk that has not kept something');
      await bench.holdsAllItself(healing.backup);
      assert.equal(`${(await readBackup(bench.store, first)).get('a.py')}`, MARK);
      await bench.isAsBoard(second);

      await repair({ env: bench.env }, bench.store);
      assert.deepEqual((await verify({ env: bench.env }, bench.store)).damaged, []);
      assert.deepEqual(await soundness(bench.store), [true, true, true]);
      await bench.put({ 'b.py': 'b, again' });
      assert.equal((await bench.backUp()).backup.kind, 'incremental');
    });
  });

  it('P18 comes at once where an archive is gone that others need, and says so', async () => {
    await onBench({ 'a.py': MARK, 'b.py': 'b' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await bench.put({ 'b.py': 'b, changed' });
      await bench.backUp();
      await rm(first.archive);
      await verify({ env: bench.env }, bench.store);
      const healing = await bench.backUp();
      assert.deepEqual([healing.backup.kind, healing.read], ['full', 2]);
      assert.equal(healing.reason, 'Files are missing in earlier backups, so this is a full one.');
      await bench.holdsAllItself(healing.backup);
    });
  });

  it('reads from the board what has rotted in the store, though nobody knew', async () => {
    for (const kind of ['auto', 'differential'] as const) {
      await onBench({ 'a.py': 'a', 'b.py': 'b' }, async (bench) => {
        await bench.backUp();
        await bench.put({ 'a.py': MARK, 'c.py': 'c' });
        const { backup: incremental } = await bench.backUp();
        await damageArchive(incremental.archive, MARK);
        await bench.put({ 'b.py': 'b, changed' });
        const result = await bench.backUp({ kind, fullAfter: 1 });
        assert.deepEqual([result.backup.kind, result.read], [kind === 'auto' ? 'full' : kind, 2]);
        await bench.isAsBoard(result.backup);
        await rm(incremental.archive, { force: true });
        await bench.isAsBoard(result.backup, await bench.reopened());
      });
    }
  });
});

describe('An incremental backup', function () {
  this.timeout(60_000);

  it('P18 never relies on an archive that is known to be damaged', async () => {
    await onBench({ 'a.py': MARK, 'b.py': 'b' }, async (bench) => {
      const { backup: full } = await bench.backUp();
      await damageArchive(full.archive, MARK);
      await verify({ env: bench.env }, bench.store);
      const { backup: incremental, read } = await bench.backUp({ kind: 'incremental' });
      assert.deepEqual([incremental.kind, read], ['incremental', 2]);
      await bench.holdsAllItself(incremental);
      await bench.isAsBoard(incremental);
    });
  });

  it('P18 does not do so either where the archives of another board have the same content', async () => {
    await onBench({ 'a.py': MARK, 'b.py': OTHER_MARK }, async (bench) => {
      const { backup: full } = await bench.backUp();
      await damageArchive(full.archive, OTHER_MARK);
      await verify({ env: bench.env }, bench.store);
      await addSimulatedBoard(bench.boards, 'other', { 'copy.py': MARK });
      try {
        const other = { url: 'sim:other', open: bench.line.open };
        const scope = { root: ROOT, include: [], exclude: [] };
        await backup({ env: bench.env }, other, bench.store, { kind: 'auto', origin: 'manual', scope });
      } finally {
        await powerOffSimulated(bench.boards, 'other');
      }
      const { backup: incremental } = await bench.backUp({ kind: 'incremental' });
      await bench.holdsAllItself(incremental);
    });
  });
});

describe('Where nothing has changed', function () {
  this.timeout(60_000);

  it('no backup is recorded, and show says when the board was last just so', async () => {
    await onBench({ 'a.py': 'a', 'lib/b.py': 'b' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      const again = await bench.backUp();
      assert.deepEqual([again.unchanged, again.read, again.backup.id], [true, 0, first.id]);
      assert.ok(again.backup.checkedAt && again.backup.checkedAt > first.createdAt);
      const [only, ...others] = (await bench.store.list()).backups;
      assert.deepEqual([only?.id, only?.checkedAt, others.length], [first.id, again.backup.checkedAt, 0]);
      const { stdout } = await mpbackup(['show', 'latest', '--store', bench.store.root]);
      assert.match(`${stdout}`, /^The board was last found unchanged at \d{4}-\d\d-\d\d \d\d:\d\d\.$/m);
      assert.deepEqual(await archivesAndPartials(bench.store), ['.blb']);
    });
  });

  it('a backup that shall be recorded is a small incremental one', async () => {
    await onBench(Object.fromEntries(fiftyFiles()), async (bench) => {
      await bench.backUp();
      const { backup: second, read, unchanged } = await bench.backUp({ recordUnchanged: true });
      assert.deepEqual([second.kind, second.files, second.stored, read, unchanged], ['incremental', 50, 0, 0, false]);
      const { length } = await readFile(second.archive);
      console.log(`      ${length} B for the record that ${second.files} files are unchanged`);
      assert.ok(length < 8_000, `${length} bytes`);
      await bench.isAsBoard(second);
    });
  });

  it('since one that left out more, a backup is recorded: only it knows what is gone', async () => {
    await onBench({ 'a.py': 'a', 'x.log': 'x' }, async (bench) => {
      const exclude = ['*.log', '/remote'];
      const without = { scope: { root: ROOT, include: [], exclude } };
      await bench.backUp();
      await bench.backUp(without);
      await rm(join(bench.flash, 'x.log'));
      assert.equal(
        (await bench.backUp({ scope: { ...without.scope, exclude: exclude.toReversed() } })).unchanged,
        true,
      );
      const third = await bench.backUp();
      assert.deepEqual([third.unchanged, third.read], [false, 0]);
      const { id } = third.backup.board;
      const { versions } = await fileHistory({ env: bench.env }, bench.store, id, parseBoardPath('x.log'));
      assert.deepEqual(
        versions.map(({ change }) => change),
        ['removed', 'added'],
      );
    });
  });

  it('a label or metadata make it worth recording', async () => {
    await onBench({ 'a.py': 'a' }, async (bench) => {
      await bench.backUp();
      const labelled = await bench.backUp({ label: 'before the trip' });
      const described = await bench.backUp({ metadata: [['where', 'kitchen']] });
      assert.deepEqual([labelled.unchanged, described.unchanged], [false, false]);
      await bench.backUp();
      const told = (await bench.store.history()).map(({ kind = 'unchanged', backups }) => [kind, backups]);
      assert.deepEqual(told, [
        ['full', 1],
        ['incremental', 1],
        ['incremental', 1],
        ['unchanged', 0],
      ]);
      assert.equal((await bench.store.list()).backups.length, 3);
    });
  });
});

describe('P36 A board that cannot hash', function () {
  this.timeout(60_000);

  it('gets differential backups and due full ones: its files are read, and kept where the store has them', async () => {
    await onBench({ 'a.py': 'a', 'b.py': 'b' }, async (bench) => {
      await bench.run(NO_HASH);
      const first = await bench.backUp();
      assert.deepEqual([first.backup.kind, first.read], ['full', 3]);
      await bench.put({ 'a.py': 'a, changed' });
      const second = await bench.backUp();
      assert.deepEqual([second.backup.kind, second.read, second.backup.stored], ['incremental', 3, 1]);

      await bench.put({ 'b.py': 'b, changed' });
      const differential = await bench.backUp({ kind: 'differential' });
      assert.deepEqual([differential.read, differential.backup.stored], [3, 2]);
      assert.deepEqual(await bench.heldBy(differential.backup), hashesOf('a, changed', 'b, changed'));
      assert.equal((await bench.backUp()).unchanged, true);

      const due = await bench.backUp({ fullAfter: 2 });
      assert.deepEqual([due.backup.kind, due.read, due.backup.stored], ['full', 3, 3]);
      await bench.holdsAllItself(due.backup);
      await bench.isAsBoard(due.backup);
      const { entries } = await bench.store.readManifest(due.backup);
      assert.ok(entries.filter(isFile).every(({ evidence }) => evidence === 'read-twice'));
    });
  });
});

describe('P31 A file that could not be read', function () {
  this.timeout(60_000);

  it('is never taken for deleted, nor for unchanged, by any kind', async () => {
    await onBench({ 'bad.bin': 'precious', 'a.py': 'a' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await bench.run(BAD_FLASH);
      for (const kind of ['incremental', 'differential', 'auto'] as const) {
        const { backup: summary, errors, unchanged } = await bench.backUp({ kind });
        assert.deepEqual(
          errors.map(({ path }) => path),
          ['bad.bin'],
        );
        assert.equal(unchanged, false, `${kind}: what was not seen may have changed`);
        const manifest = await bench.store.readManifest(summary);
        assert.deepEqual(
          [manifest.errors.map(({ path }) => path), manifest.entries.some(({ path }) => path === 'bad.bin')],
          [['bad.bin'], false],
        );
      }
      assert.equal(`${(await readBackup(bench.store, first)).get('bad.bin')}`, 'precious');

      await bench.run('print("well again")\n');
      const healed = await bench.backUp();
      assert.deepEqual([healed.errors, healed.unchanged, healed.read], [[], false, 1]);
      await bench.isAsBoard(healed.backup);
    });
  });
});

describe('A repair with a board', function () {
  this.timeout(60_000);

  it('P18 reads from the board what the store has lost, and writes nothing to it', async () => {
    await onBench({ 'a.py': MARK, 'b.py': 'b' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await damageArchive(first.archive, MARK);
      const before = await listing(bench.flash);
      const result = await repair({ env: bench.env }, bench.store, bench.address());
      assert.deepEqual([result.recovered, result.lost], [{ fromStore: 0, fromBoard: 1 }, []]);
      assert.deepEqual(await listing(bench.flash), before);
      await bench.isAsBoard(first, await bench.reopened());
      assert.deepEqual((await verify({ env: bench.env }, bench.store)).damaged, []);
      assert.deepEqual(await soundness(bench.store), [true]);
    });
  });

  it('finds it under another name, too', async () => {
    await onBench({ 'a.py': MARK }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await damageArchive(first.archive, MARK);
      await rm(join(bench.flash, 'a.py'));
      await bench.put({ 'lib/moved.py': MARK });
      const { recovered, lost } = await repair({ env: bench.env }, bench.store, bench.address());
      assert.deepEqual([recovered.fromBoard, lost], [1, []]);
      assert.equal(`${(await readBackup(bench.store, first)).get('a.py')}`, MARK);
    });
  });

  it('takes nothing from a board that has other content: what is lost is named', async () => {
    await onBench({ 'a.py': MARK, 'b.py': 'b' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await damageArchive(first.archive, MARK);
      await bench.put({ 'a.py': 'q8#Zx?' });
      const { recovered, lost } = await repair({ env: bench.env }, bench.store, bench.address());
      assert.deepEqual(recovered, { fromStore: 0, fromBoard: 0 });
      assert.deepEqual(
        lost.map(({ path, backups }) => [path, backups]),
        [['a.py', [first.id]]],
      );
    });
  });

  it('fails before it changes anything where the board is away, and does not ask for it where nothing is lost', async () => {
    await onBench({ 'a.py': MARK, 'b.py': 'b' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      const away: BoardAddress = { url: 'sim:away', open: bench.line.open };
      assert.deepEqual((await repair({ env: bench.env }, bench.store, away)).lost, []);
      await damageArchive(first.archive, MARK);
      const before = await archivesOf(bench.store);
      await assert.rejects(repair({ env: bench.env }, bench.store, away), { code: 'port-not-found' });
      assert.deepEqual(await archivesOf(bench.store), before);
    });
  });
});

describe('P40 Jobs on one store', function () {
  this.timeout(60_000);

  it('a backup waits for who has the store alone, says so, and leaves the board alone until then', async () => {
    await onBench({ 'a.py': 'a' }, async (bench) => {
      await bench.backUp();
      await bench.put({ 'a.py': 'b' });
      const opened = bench.line.opened();
      const lock = await bench.store.lock({ kind: 'exclusive', work: 'deletes backups', waitMs: 0 });
      const { isWaiting, onProgress, phases } = untilQueue();
      const running = bench.backUp({}, { onProgress, store: await bench.reopened() });
      await isWaiting;
      assert.equal(bench.line.opened(), opened);
      await lock.release();
      await bench.isAsBoard((await running).backup);
      assert.equal(phases[0], 'queue');
      assert.ok(phases.includes('connect'), phases.join());
    });
  });

  it('a delete waits for a backup that is under way, and takes nothing away that this one relies on', async () => {
    await onBench({ 'a.py': 'a', 'b.py': 'b' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await bench.put({ 'a.py': 'a, changed' });
      const gate = gated(bench.line.open);
      const backingUp = bench.backUp({}, { open: gate.open });
      await gate.isReached;
      const { isWaiting, onProgress } = untilQueue();
      const other = await bench.reopened();
      const deleting = deleteBackups({ env: bench.env, onProgress }, other, [first]);
      await isWaiting;
      gate.unlock();
      const { backup: second } = await backingUp;
      const { removed } = await deleting;
      assert.deepEqual([second.stored, removed.map(({ id }) => id)], [1, [first.id]]);
      await rm(join(bench.store.root, 'trash'), { recursive: true });
      await bench.isAsBoard(second, await bench.reopened());
    });
  });

  it('P37 a restore and its safety backup do not wait for a delete that waits for them', async () => {
    await onBench({ 'a.py': 'good' }, async (bench) => {
      const { backup: first } = await bench.backUp();
      await bench.put({ 'a.py': 'broken' });
      const { backup: second } = await bench.backUp();
      await bench.put({ 'a.py': 'worse' });
      const gate = gated(bench.line.open);
      const options = { backup: first, paths: [ROOT], allowOtherBoard: false };
      const restoring = restore({ env: bench.env }, bench.address(gate.open), bench.store, options);
      await gate.isReached;
      const { isWaiting, onProgress } = untilQueue();
      const deleting = deleteBackups({ env: bench.env, onProgress }, await bench.reopened(), [second]);
      await isWaiting;
      gate.unlock();
      const { safety, restored } = await restoring;
      await deleting;
      assert.deepEqual(restored, ['a.py']);
      assert.ok(safety);
      assert.equal(`${(await readBackup(await bench.reopened(), safety)).get('a.py')}`, 'worse');
      assert.equal(await readFile(join(bench.flash, 'a.py'), 'utf8'), 'good');
    });
  });
});

describe('The history of a store', function () {
  this.timeout(60_000);

  it('has one line for each job: how it ended, how long it took, and with which code it failed', async () => {
    await onBench({ 'a.py': MARK }, async (bench) => {
      const { env, store } = bench;
      const { backup: first, seconds } = await bench.backUp();
      assert.ok(seconds > 0);
      await assert.rejects(bench.backUp({ kind: 'full' }, { signal: AbortSignal.abort() }), { code: 'cancelled' });
      const other = { url: 'sim:away', open: bench.line.open };
      const options = { backup: first, paths: [ROOT], allowOtherBoard: false };
      await assert.rejects(restore({ env }, other, store, options), { code: 'port-not-found' });
      await bench.put({ 'a.py': 'changed' });
      await restore({ env }, bench.address(), store, options);
      await verify({ env }, store);
      await damageArchive(first.archive, MARK);
      await verify({ env }, store);
      await repair({ env }, store);
      await deleteBackups({ env }, store, [first]);

      const history = await store.history();
      assert.deepEqual(
        history.map(({ operation, ok, code = '' }) => `${operation} ${ok ? 'ok' : code}`),
        [
          ...['backup ok', 'backup cancelled', 'restore port-not-found', 'restore ok', 'verify ok'],
          ...['verify archive-damaged', 'repair content-missing', 'delete ok'],
        ],
      );
      assert.ok(history.every(({ seconds, at }) => seconds >= 0 && Date.parse(at) > 0));
      const [ofBackup, , , ofRestore] = history;
      assert.deepEqual(
        [ofBackup?.board, ofBackup?.kind, ofBackup?.files, ofBackup?.bytes],
        [{ id: first.board.id, name: first.board.name }, 'full', 1, MARK.length],
      );
      assert.ok(ofBackup?.wire && ofBackup.wire.sent > 0 && ofBackup.wire.received > 0);
      assert.deepEqual([ofRestore?.board?.id, ofRestore?.files], [first.board.id, 1]);
      const sums = sumsOf(history).map(({ operation, runs, succeeded }) => [operation, runs, succeeded]);
      assert.deepEqual(sums, [
        ['backup', 1, 1],
        ['delete', 1, 1],
        ['repair', 1, 0],
        ['restore', 2, 1],
        ['verify', 2, 1],
      ]);
    });
  });
});

function hashesOf(...contents: (string | Uint8Array)[]): Set<string> {
  return new Set(contents.map((content) => hashOf(Buffer.from(content))));
}

/** Newest first. */
async function soundness(store: Store): Promise<(boolean | undefined)[]> {
  return (await store.list()).backups.map(({ verified }) => verified?.isSound);
}

/** Something that happens once, and can be waited for. */
function aMoment(): { come: Promise<void>; now(this: void): void } {
  let now = () => {};
  const come = new Promise<void>((resolve) => {
    now = resolve;
  });
  return { come, now };
}

/** A line to a board that opens only once it is unlocked. */
function gated(inner: OpenTransport): { open: OpenTransport; isReached: Promise<void>; unlock(): void } {
  const reached = aMoment();
  const unlocked = aMoment();
  return {
    isReached: reached.come,
    unlock: unlocked.now,
    async open(url, events, signal) {
      reached.now();
      await unlocked.come;
      return inner(url, events, signal);
    },
  };
}

/** Listens to a job until it waits for others. */
function untilQueue(): { isWaiting: Promise<void>; onProgress: JobContext['onProgress']; phases: Phase[] } {
  const waiting = aMoment();
  const phases: Phase[] = [];
  return {
    isWaiting: waiting.come,
    phases,
    onProgress({ phase }) {
      phases.push(phase);
      if (phase === 'queue') waiting.now();
    },
  };
}

async function listing(folder: string): Promise<Array<[string, string]>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (path): Promise<[string, string]> => [path, `${await readFile(path)}`]));
}

/** Every archive with its bytes, and whatever else lies beside them. */
async function archivesOf(store: Store): Promise<Array<[string, string]>> {
  return (await listing(store.root)).filter(([path]) => /\.(blb|partial)/.test(path));
}

async function archivesAndPartials(store: Store): Promise<string[]> {
  return (await archivesOf(store)).map(([path]) => path.replace(/.*?(\.blb)?(\.partial)?$/, '$1$2'));
}
