// A restore on the file systems that boards have: a FAT and a littlefs, on real MicroPython. Whatever interrupts it, each file is old or
// new, and it can be finished and undone (P24, P25); how full the flash is decides how files take their places.

import assert from 'node:assert/strict';
import { copyFile, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectedBoard, withBoard } from '../../src/core/board/connect.js';
import { serialTransport } from '../../src/core/board/transport/serial.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { silentLog } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { type RestoreOptions, restore } from '../../src/core/jobs/restore.js';
import { finishRestore, undoRestore } from '../../src/core/jobs/settleRestore.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, takeBackup, testEnv } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';

/** Power fails at each of these writes of a block. */
const EVERY = Number(process.env.MPBACKUP_EVERY_WRITE ?? 31);
/** Bytes of a flash that is soon full. */
const SMALL = 131_072;
const UNIQUE_ID = 'e6614c311b7e6f35';
const ownBoard = () => aBoard({ id: `uid:${UNIQUE_ID}` });

/** Files by their path; of a flash also folders, with undefined. */
type Tree = Map<string, Buffer | undefined>;

const bytes = (text: string, size: number) => Buffer.alloc(size, text);

/** Twenty files, as a backup has them. */
const WANTED: Tree = new Map([
  ...Array.from({ length: 12 }, (_, n) => [`lib/m${n}.py`, bytes(`# ${n}\nx = ${n}\n`, 300 + 150 * n)] as const),
  ...Array.from({ length: 6 }, (_, n) => [`data/${n}.bin`, bytes(`new ${n}`, 1_000 * n)] as const),
  ['boot.py', Buffer.from('import gc\n')],
  ['main.py', Buffer.from('import lib.m0\n')],
]);

/** What is on the board: of the twenty six are the same, seven others, one in no backup, six not there; two more are to go. */
const MINE = Buffer.from('# in no backup\n');
const BEFORE: Tree = new Map([
  ...[...WANTED].filter(([path]) => /m[0-5]\.py$/.test(path)),
  ...['lib/m6.py', 'lib/m7.py', 'data/0.bin', 'data/1.bin', 'data/5.bin', 'boot.py', 'main.py'].map(
    (path, n) => [path, bytes(`old ${n}`, 700 + 400 * n)] as const,
  ),
  ['lib/m8.py', MINE],
  ['old/gone.py', bytes('gone', 900)],
  ['old/too.py', bytes('too', 100)],
]);
const SAVED = new Map([...BEFORE].filter(([path]) => path !== 'lib/m8.py'));

before(async function () {
  if (!(await realBoards())) this.skip();
});

for (const fileSystem of ['littlefs', 'fat'] as const) {
  describe(`A restore on ${fileSystem}`, function () {
    this.timeout(60_000);
    const context = { env: testEnv() };
    const open = serialTransport({ baudRate: 115_200, controlLines: 'auto' });
    let folder: string;
    let store: Store;
    let wanted: BackupSummary;
    let board: UnixBoard | undefined;
    let images = 0;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'restore-on-flash-'));
      store = await openStore(context.env, join(folder, 'store'));
      await takeBackup(store, new Map(filesOf(SAVED)), { board: ownBoard() });
      wanted = await takeBackup(store, new Map(filesOf(WANTED)), { board: ownBoard() });
    });

    afterEach(async () => {
      await board?.stop();
      board = undefined;
    });

    after(() => rm(folder, { recursive: true, force: true }));

    async function imageOf(tree: Tree, size?: number): Promise<string> {
      images += 1;
      const image = join(folder, `flash ${images}`);
      await writeFlash(image, fileSystem, tree, size);
      return image;
    }

    async function start(image: string, options: { powerCutAtWrite?: number } = {}): Promise<UnixBoard> {
      await board?.stop();
      board = await startUnixBoard({ fileSystem, image, uniqueId: UNIQUE_ID, ...options });
      return board;
    }

    const at = <T>({ path }: UnixBoard, work: (board: ConnectedBoard) => Promise<T>) =>
      withBoard({ open, url: path, log: silentLog }, work);

    const put = ({ path }: UnixBoard, options: Partial<RestoreOptions> = {}, from = store, over = open) =>
      restore(context, { url: path, open: over }, from, {
        ...{ backup: wanted, paths: [ROOT], allowOtherBoard: false, mirror: { most: 5 } },
        ...options,
      });

    /** What is on the flash once the power has gone. */
    async function leftOn({ image, kill }: UnixBoard): Promise<Tree> {
      await kill();
      return readFlash(image, fileSystem);
    }

    it('P24 P27 makes files new, replaces, deletes and moves them, and writes none that is the same', async () => {
      const running = await start(await imageOf(BEFORE));
      const { restored, unchanged, deleted, conflicts, verified, mode, safety } = await put(running);
      assert.deepEqual([restored.length, unchanged.length, verified, mode], [14, 6, 14, 'stage-all']);
      assert.deepEqual(restored.slice(-2), ['boot.py', 'main.py']);
      assert.deepEqual(deleted, ['old/gone.py', 'old/too.py']);
      assert.deepEqual(
        conflicts.map(({ path, settled }) => [path, settled]),
        [['lib/m8.py', 'backup']],
      );
      assert.ok(safety);
      const mapping = { from: parseBoardPath('lib'), to: parseBoardPath('copy/of') };
      const moved = await put(running, { paths: [parseBoardPath('lib')], mapping });
      assert.deepEqual([moved.restored.length, moved.deleted], [12, []]);
      const copied = filesOf(WANTED).filter(([path]) => path.startsWith('lib/'));
      const copies = copied.map(([path, content]) => [path.replace('lib/', 'copy/of/'), content] as const);
      assert.deepEqual(sorted(filesOf(await leftOn(running))), sorted([...filesOf(WANTED), ...copies]));
    });

    /** Where it is cut off: before the bytes of one of these steps come to the board. */
    const moments: Array<[when: string, isNow: (piece: string, renames: number) => boolean]> = [
      ['while files are written aside', (piece) => /^c.{8}$/.test(piece)],
      ['before the first file takes its place', (piece) => /^v.*\.mpb-/s.test(piece)],
      ['when half of them have', (piece, renames) => renames === 8 && /^v.*\.mpb-/s.test(piece)],
      ['before main.py does', (piece) => /^v.*\.mpb-.*\/main\.py/s.test(piece)],
      ['before the first file is deleted', (piece) => /^[0-9a-f]{4}k\/old\/gone\.py/.test(piece)],
      ['before the folder is deleted', (piece) => /^[0-9a-f]{4}K\/old/.test(piece)],
    ];

    for (const [number, [when, isNow]] of moments.entries()) {
      it(`P24 P25 cut off ${when}, has each file old or new, and can be finished and undone`, async () => {
        const running = await start(await imageOf(BEFORE));
        const cut = number % 2 === 0 ? running.kill : running.unplug;
        const own = await copyOf(store);
        let isCut = false;
        const cutting = watching(open, async (piece, renames) => {
          if (isCut || !isNow(piece, renames)) return isCut;
          isCut = true;
          await cut();
          return true;
        });
        await assert.rejects(put(running, {}, own, cutting), (error) => isBackupError(error));
        assert.ok(isCut);
        const between = await leftOn(running);
        const [record] = (await own.restores()).records;
        for (const path of new Set([...WANTED.keys(), ...BEFORE.keys()])) {
          const isEither = [WANTED, BEFORE].some((tree) => same(tree.get(path), between.get(path)));
          // FAT replaces no file by a rename: the board may be between taking the old one away and the rename.
          const aside = record?.items.find((item) => item.path === path)?.temporary ?? '';
          const isAside = fileSystem === 'fat' && !between.has(path) && same(WANTED.get(path), between.get(aside));
          assert.ok(isEither || isAside, path);
        }
        await settleBoth(running.image, own);
      });
    }

    if (fileSystem === 'fat') {
      it('P24 P25 cut off where the old file is gone and the new one not yet there, can be finished and undone', async () => {
        const running = await start(await imageOf(BEFORE));
        const own = await copyOf(store);
        const cutting = watching(open, async (piece) => {
          const isNow = /^v.*\/lib\/m7\.py/s.test(piece);
          if (isNow) await running.kill();
          return isNow;
        });
        await assert.rejects(put(running, {}, own, cutting), (error) => isBackupError(error));
        const again = await start(running.image);
        await at(again, async ({ files }) => files.remove(parseBoardPath('lib/m7.py'), 'file'));
        const between = await leftOn(again);
        const [record] = (await own.restores()).records;
        const item = record?.items.find(({ path }) => path === 'lib/m7.py');
        assert.equal(between.get('lib/m7.py'), undefined);
        assert.deepEqual(between.get(item?.temporary ?? ''), WANTED.get('lib/m7.py'));
        await settleBoth(running.image, own);
      });
    }

    it('P24 P25 that loses its power at a write to the flash, can be finished and undone', async () => {
      const image = await imageOf(BEFORE);
      let isCut = true;
      for (let powerCutAtWrite = EVERY; isCut; powerCutAtWrite += EVERY) {
        const copy = `${image} ${powerCutAtWrite}`;
        await copyFile(image, copy);
        const own = await copyOf(store);
        const running = await start(copy, { powerCutAtWrite });
        isCut = await put(running, {}, own).then(
          () => false,
          (error) => isBackupError(error),
        );
        if (!isCut) continue;
        await running.poweredOff;
        await settleBoth(copy, own);
      }
    });

    /** The state of the flash is brought to both ends, each from where it is now. */
    async function settleBoth(image: string, from: Store): Promise<void> {
      for (const [settle, end, word] of [
        [finishRestore, WANTED, 'finished'],
        [undoRestore, BEFORE, 'undone'],
      ] as const) {
        const copy = `${image} ${word}`;
        await copyFile(image, copy);
        const own = await copyOf(from);
        const running = await start(copy);
        const { restore: record } = await settle(context, { url: running.path, open }, own);
        assert.equal(record.state, 'unfinished');
        await running.kill();
        // What is written next must not spoil what is there.
        const next = ['next.bin', bytes('next', 40_000)] as const;
        await writeFlash(copy, fileSystem, new Map([next]));
        assert.deepEqual(sorted(filesOf(await readFlash(copy, fileSystem))), sorted([...filesOf(end), next]), word);
        assert.equal((await own.restores()).records[0]?.state, word === 'finished' ? 'done' : 'undone');
      }
    }

    async function copyOf({ root }: Store): Promise<Store> {
      const copy = await mkdtemp(join(folder, 'store-'));
      await cp(root, copy, { recursive: true });
      return openStore(context.env, copy);
    }

    it('P24 a flash that fills up has files take their places in other ways, and what fits is never refused', async () => {
      const old = new Map(['a.bin', 'b.bin', 'main.py'].map((path, n) => [path, bytes('old', 6_000 + 3_000 * n)]));
      const wanted = new Map([...old.keys(), 'new.txt'].map((path, n) => [path, bytes('new', 8_000 + 3_000 * n)]));
      await takeBackup(store, old, { board: ownBoard() });
      const backup = await takeBackup(store, wanted, { board: ownBoard() });
      const modes: string[] = [];
      const alone = { paths: [...wanted.keys()].map(parseBoardPath) };
      for (const free of [80, 64, 48, 36, 32]) {
        const image = await imageOf(new Map([...old, ['junk.bin', bytes('junk', 1_024 * (96 - free))]]), SMALL);
        const before = await readFile(image);
        const running = await start(image);
        const { mode, refused } = await put(running, { ...alone, backup }).then(
          ({ mode }) => ({ mode, refused: undefined }),
          (error) => ({ mode: isBackupError(error, 'board-full') ? 'refused' : String(error), refused: error }),
        );
        modes.push(mode);
        if (refused === undefined) continue;
        assert.match(
          refused.message,
          /^The flash of the board has no room for all files: [\d.]+ k?B more is needed\. Nothing/,
        );
        await board?.kill();
        assert.ok(before.equals(await readFile(image)));
        // Nor does it fit for anybody else.
        const emptied = await imageOf(new Map([['junk.bin', bytes('junk', 1_024 * (96 - free))]]), SMALL);
        await assert.rejects(writeFlash(emptied, fileSystem, wanted), /OSError: (\[Errno )?28/);
      }
      assert.deepEqual(
        modes.filter((mode, at) => mode !== modes[at - 1]),
        ['stage-all', 'stage-one', 'in-place', 'refused'],
      );
      // With what is in no backup gone, there is room.
      const full = await start(await imageOf(new Map([...old, ['junk.bin', bytes('junk', 81_920)]]), SMALL));
      const { deleted, mode } = await put(full, { backup });
      assert.deepEqual([deleted, mode], [['junk.bin'], 'in-place']);
      assert.deepEqual(sorted(filesOf(await leftOn(full))), sorted([...wanted]));
    });

    it('tells of names that the file system cannot have, and loses none', async () => {
      const odd = new Map(['a.py', 'A.py', 'x:y.txt', 'plain.py'].map((path) => [path, Buffer.from(path)]));
      const backup = await takeBackup(store, odd, { board: ownBoard() });
      const running = await start(await imageOf(new Map()));
      const { restored, skipped } = await put(running, { backup });
      assert.equal(
        skipped.some(({ path }) => path === 'x:y.txt'),
        fileSystem === 'fat',
      );
      assert.ok(skipped.every(({ skip }) => skip === 'bad-name'));
      assert.equal(restored.length + skipped.length, 4);
      const left = await leftOn(running);
      assert.equal(left.size, fileSystem === 'fat' ? 2 : 4);
      for (const path of restored) assert.deepEqual(left.get(path), odd.get(path));
    });

    it('a file system that nobody may write to is told of, and has not one bit changed', async () => {
      const remount = 'import os, vfs\nit = vfs.mount()[0][0]\nvfs.umount("/")\nvfs.mount(it, "/", readonly=True)\n';
      const image = await imageOf(new Map([...BEFORE, ['boot.py', Buffer.from(remount)]]));
      const before = await readFile(image);
      const own = await copyOf(store);
      await assert.rejects(put(await start(image), {}, own), (error) => {
        assert.ok(isBackupError(error, 'board-read-only'), String(error));
        assert.match(error.message, /read-only\. Nothing was changed on the board\.$/);
        return true;
      });
      assert.deepEqual(await readFile(image), before);
      assert.equal((await own.restores()).records[0]?.state, 'dropped');
    });

    it('a CircuitPython board whose drive a computer has says so before anything is saved or written', async () => {
      const pretend = `import sys
class Sys: pass
for name in dir(sys): setattr(Sys, name, getattr(sys, name))
Sys.implementation = ("circuitpython", (9, 2, 0))
class Drive: readonly = True
class Storage: getmount = lambda path: Drive
sys.modules["sys"], sys.modules["storage"] = Sys, Storage
`;
      const image = await imageOf(new Map([...BEFORE, ['boot.py', Buffer.from(pretend)]]));
      const before = await readFile(image);
      const own = await copyOf(store);
      const many = [(await own.restores()).records.length, (await own.list()).backups.length];
      await assert.rejects(put(await start(image), {}, own), {
        code: 'board-read-only',
        message: 'The board may not write to its files now. Nothing was written.',
      });
      assert.deepEqual(await readFile(image), before);
      assert.deepEqual([(await own.restores()).records.length, (await own.list()).backups.length], many);
    });

    it('leaves out what would lie in a ROM', async () => {
      const mount = 'import vfs\nvfs.mount(vfs.VfsRom(b"\\xd2\\xcd1\\x00"), "/rom")\n';
      const boot = new Map([['boot.py', Buffer.from(mount)]]);
      const backup = await takeBackup(store, new Map([...boot, ['rom/app.py', MINE], ['a.py', MINE]]), {
        board: ownBoard(),
      });
      const { restored, skipped } = await put(await start(await imageOf(boot)), { backup });
      assert.deepEqual([restored, skipped], [['a.py'], [{ path: 'rom/app.py', skip: 'read-only' }]]);
    });
  });
}

/**
 * Has every piece that goes to a board looked at before it goes.
 *
 * @param look is told how many files have been renamed; true where the piece is lost
 */
function watching(open: OpenTransport, look: (piece: string, renames: number) => Promise<boolean>): OpenTransport {
  return async (url, events, signal) => {
    const transport = await open(url, events, signal);
    let renames = 0;
    return {
      ...transport,
      async write(data) {
        const piece = Buffer.from(data).toString('latin1');
        if (await look(piece, renames)) return;
        if (/^v.*\.mpb-/s.test(piece)) renames += 1;
        await transport.write(data);
      },
    };
  };
}

function filesOf(tree: ReadonlyMap<string, Buffer | undefined>): Array<[string, Buffer]> {
  return [...tree].flatMap(([path, content]) => (content ? [[path, content] as [string, Buffer]] : []));
}

function sorted(files: ReadonlyArray<readonly [string, Buffer]>): Array<readonly [string, Buffer]> {
  return [...files].sort(([one], [other]) => (one < other ? -1 : 1));
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.equals(other));
}
