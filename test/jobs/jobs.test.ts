// The jobs on a simulated board, in this process: what they refuse, what they survive, and what they never do.
// Boards are made to misbehave by Python of their own, in main.py, as a broken flash or a busy program would.

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import german from '../../l10n/bundle.l10n.de.json' with { type: 'json' };
import { isFile } from '../../src/core/archive/manifest.js';
import { BoardException, boardSilent, lineDamaged } from '../../src/core/board/boardErrors.js';
import type { ConnectedBoard } from '../../src/core/board/connect.js';
import type { Profile } from '../../src/core/board/probe.js';
import { parseProfile } from '../../src/core/board/probe.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { type BackupOptions, backup } from '../../src/core/jobs/backup.js';
import { describeBoard } from '../../src/core/jobs/describeBoard.js';
import { putFile } from '../../src/core/jobs/putFile.js';
import { readVerified } from '../../src/core/jobs/readVerified.js';
import { type RestoreOptions, restore } from '../../src/core/jobs/restore.js';
import { speak } from '../../src/core/l10n.js';
import { type BoardPath, parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, collect, hashOf, inChunks, inFolder } from '../support/builders.js';
import { mpbackup } from '../support/mpbackup.js';
import { tap } from '../support/tap.js';

/** From now on, nothing can be written, as on a CircuitPython board whose drive is mounted on a computer. */
const READ_ONLY = `
import builtins
_open = builtins.open
def open(path, mode='r', *more):
    if 'w' in mode or 'a' in mode or '+' in mode:
        raise OSError(30)
    return _open(path, mode, *more)
builtins.open = open
`;

import { BAD_FLASH, NO_HASH, NO_HASH_AND_CHANGING } from '../support/boardPrograms.js';

interface Bench {
  folder: string;
  store: Store;
  env: Env;
  /** The host's folder that is the flash of a board. */
  flash(name?: string): string;
  addBoard(name: string, files: Record<string, string>): Promise<void>;
  backUp(options?: Partial<BackupOptions> & { board?: string; store?: Store }): ReturnType<typeof backup>;
  restore(
    options: Partial<RestoreOptions> & { backup: RestoreOptions['backup']; board?: string; store?: Store },
  ): ReturnType<typeof restore>;
  opened(): number;
}

/** A board named `pico` with these files, and an empty store. */
async function onBench(files: Record<string, string>, test: (bench: Bench) => Promise<void>) {
  await inFolder(async (folder) => {
    const boards = join(folder, 'boards');
    const names: string[] = [];
    const env: Env = realEnv();
    const store = await openStore(env, join(folder, 'store'));
    const line = tap(simulatedTransport(boards));
    const address = (name: string) => ({ url: `sim:${name}`, open: line.open });
    const bench: Bench = {
      folder,
      store,
      env,
      flash: (name = 'pico') => join(boards, name),
      async addBoard(name, files) {
        await addSimulatedBoard(boards, name, files);
        names.push(name);
      },
      backUp: ({ board = 'pico', store: other = store, ...options } = {}) =>
        backup({ env }, address(board), other, { kind: 'auto', origin: 'manual', scope: WHOLE, ...options }),
      restore: ({ board = 'pico', store: other = store, ...options }) =>
        restore({ env }, address(board), other, { paths: [ROOT], allowOtherBoard: false, ...options }),
      opened: line.openNow,
    };
    try {
      await bench.addBoard('pico', files);
      await test(bench);
    } finally {
      for (const name of names) await powerOffSimulated(boards, name);
    }
  });
}

const WHOLE = { root: ROOT, include: [], exclude: [] };

describe('A restore', function () {
  this.timeout(60_000);

  it('P26 writes nothing where the safety backup could not read a file that would be replaced', async () => {
    await onBench({ 'bad.bin': 'good', 'other.txt': 'good' }, async ({ backUp, restore, flash }) => {
      const { backup: before } = await backUp();
      await writeFile(join(flash(), 'bad.bin'), 'precious');
      await writeFile(join(flash(), 'other.txt'), 'precious');
      await run(flash(), BAD_FLASH);
      await assert.rejects(restore({ backup: before }), {
        code: 'board-error',
        message: /bad\.bin.*Nothing was written/,
      });
      assert.equal(await readFile(join(flash(), 'bad.bin'), 'utf8'), 'precious');
      assert.equal(await readFile(join(flash(), 'other.txt'), 'utf8'), 'precious');
    });
  });

  it('P26 saves what it replaces even where backups leave that out', async () => {
    await onBench({ 'keep.log': 'old', 'main.py': '1' }, async ({ backUp, restore, flash, store }) => {
      const { backup: first } = await backUp();
      const manifest = await store.readManifest(first);
      const leavingOut: Store = {
        ...store,
        readManifest: async (backup) =>
          backup.id === first.id
            ? { ...manifest, scope: { root: ROOT, include: [], exclude: ['*.log', '*.tmp'] } }
            : store.readManifest(backup),
      };
      await writeFile(join(flash(), 'keep.log'), 'precious');
      await writeFile(join(flash(), 'scratch.tmp'), 'not worth it');
      const { safety } = await restore({ backup: first, store: leavingOut });
      assert.ok(safety);
      const { entries, scope } = await store.readManifest(safety);
      assert.deepEqual(scope.exclude, ['*.tmp']);
      const saved = entries.filter(isFile).find(({ path }) => path === 'keep.log');
      assert.ok(saved);
      assert.equal(`${await collect(store.readContent(saved))}`, 'precious');
    });
  });

  it('refuses the backup of another board, and writes nothing, unless it is told that another one is meant', async () => {
    await onBench({ 'main.py': 'pico' }, async ({ addBoard, backUp, restore, flash }) => {
      await addBoard('other', { 'main.py': 'other' });
      const { backup: ofPico } = await backUp();
      await assert.rejects(restore({ backup: ofPico, board: 'other' }), {
        code: 'wrong-board',
        message: /backup is of pico .*board on sim:other is other .*Nothing was written/,
      });
      assert.equal(await readFile(join(flash('other'), 'main.py'), 'utf8'), 'other');
      await restore({ backup: ofPico, board: 'other', allowOtherBoard: true });
      assert.equal(await readFile(join(flash('other'), 'main.py'), 'utf8'), 'pico');
    });
  });

  it('is refused where a folder that the backup does not have is to go elsewhere: nothing goes to where it was', async () => {
    await onBench({ 'lib/a.py': 'a' }, async ({ backUp, flash, restore }) => {
      const { backup } = await backUp();
      await writeFile(join(flash(), 'lib/a.py'), 'edited');
      const mapping = { from: parseBoardPath('lob'), to: parseBoardPath('old') };
      await assert.rejects(restore({ backup, mapping }), { code: 'backup-not-found', message: /has no lob/ });
      assert.equal(await readFile(join(flash(), 'lib/a.py'), 'utf8'), 'edited');
    });
  });

  it('of `latest` takes the latest backup of the board that is connected', async () => {
    await onBench({ 'main.py': 'pico' }, async ({ addBoard, backUp, flash, folder, store }) => {
      await addBoard('other', { 'main.py': 'other' });
      await backUp();
      await backUp({ board: 'other' });
      await writeFile(join(flash(), 'main.py'), 'broken');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const words = ['latest', '--store', store.root, '--yes', '--json'];
      const { status, result } = await mpbackup(['restore', 'sim:pico', ...words], { env });
      assert.equal(status, 0, JSON.stringify(result));
      assert.equal(await readFile(join(flash(), 'main.py'), 'utf8'), 'pico');

      await addBoard('third', { 'main.py': 'third' });
      const refused = await mpbackup(['restore', 'sim:third', ...words], { env });
      assert.equal(refused.result.code, 'backup-not-found', JSON.stringify(refused.result));
      assert.equal(await readFile(join(flash('third'), 'main.py'), 'utf8'), 'third');
    });
  });

  it('on the command line refuses another board, with a code, unless --other-board allows it', async () => {
    await onBench({ 'main.py': 'pico' }, async ({ addBoard, backUp, flash, folder, store }) => {
      await addBoard('other', { 'main.py': 'other' });
      const { backup: ofPico } = await backUp();
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const words = ['restore', 'sim:other', ofPico.id, '--store', store.root, '--yes', '--json'];
      const refused = await mpbackup(words, { env });
      assert.equal(refused.status, 1);
      assert.equal(refused.result.code, 'wrong-board');
      const allowed = await mpbackup([...words, '--other-board'], { env });
      assert.equal(allowed.status, 0, JSON.stringify(allowed.result));
      assert.equal(await readFile(join(flash('other'), 'main.py'), 'utf8'), 'pico');
    });
  });

  it('of a board that may not write is backed up, and a restore says how it may', async () => {
    await onBench({ 'a.txt': '1' }, async ({ backUp, restore, flash }) => {
      await run(flash(), READ_ONLY);
      const { backup: before, errors } = await backUp();
      assert.deepEqual(errors, []);
      await writeFile(join(flash(), 'a.txt'), 'mine');
      await assert.rejects(restore({ backup: before }), {
        code: 'board-read-only',
        hint: /CircuitPython .* eject the drive/,
      });
      assert.deepEqual((await readdir(flash())).sort(), ['a.txt', 'main.py']);
      assert.equal(await readFile(join(flash(), 'a.txt'), 'utf8'), 'mine');
    });
  });

  it('refuses a folder in the place of a file, and a file in the place of a folder, before it writes', async () => {
    await onBench({ 'a.txt': '1', 'lib/wifi.py': '2', zzz: '3' }, async ({ backUp, restore, flash }) => {
      const { backup: before } = await backUp();
      await writeFile(join(flash(), 'a.txt'), 'mine');
      await rm(join(flash(), 'zzz'));
      await mkdir(join(flash(), 'zzz'));
      await assert.rejects(restore({ backup: before }), {
        code: 'path-taken',
        message: /zzz is a folder on the board/,
      });
      await rm(join(flash(), 'zzz'), { recursive: true });
      await rm(join(flash(), 'lib'), { recursive: true });
      await writeFile(join(flash(), 'lib'), 'a file');
      await assert.rejects(restore({ backup: before }), { code: 'path-taken', message: /lib is a file on the board/ });
      assert.equal(await readFile(join(flash(), 'a.txt'), 'utf8'), 'mine');
      assert.equal(await readFile(join(flash(), 'lib'), 'utf8'), 'a file');
    });
  });

  it('refuses before it disturbs the board where content is lost, and names the files', async () => {
    await onBench({ 'main.py': '1', 'lib.py': '2' }, async ({ backUp, restore, flash, store, env, opened }) => {
      const { backup: full } = await backUp();
      await writeFile(join(flash(), 'main.py'), 'changed');
      const { backup: second } = await backUp();
      await chmod(full.archive, 0o644);
      await rm(full.archive);
      const late = await openStore(env, store.root);
      await late.list();
      await assert.rejects(restore({ backup: second, store: late }), { code: 'content-missing', message: /lib\.py/ });
      assert.equal(opened(), 0);
      assert.equal(await readFile(join(flash(), 'main.py'), 'utf8'), 'changed');
    });
  });

  it('of everything tells which files of the board are not in the backup, and leaves them', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp, restore, flash }) => {
      const { backup: before } = await backUp();
      await writeFile(join(flash(), 'mine.txt'), 'mine');
      const { left } = await restore({ backup: before });
      assert.deepEqual(left, ['mine.txt']);
      assert.equal(await readFile(join(flash(), 'mine.txt'), 'utf8'), 'mine');
      assert.deepEqual((await restore({ backup: before, paths: [parseBoardPath('main.py')] })).left, []);
    });
  });

  it('P34 clears away what an interrupted restore left behind', async () => {
    await onBench(
      { 'main.py': '1', '.mpb-0123abcd': 'half', 'lib/.mpb-89abcdef': 'half' },
      async ({ backUp, restore, flash }) => {
        const { backup: before } = await backUp();
        assert.equal(before.files, 1);
        await writeFile(join(flash(), 'main.py'), 'changed');
        await restore({ backup: before });
        assert.deepEqual((await readdir(flash(), { recursive: true })).sort(), ['lib', 'main.py']);
      },
    );
  });

  it('of `latest` is never one that a restore saved: said twice, it does the same twice', async () => {
    await onBench({ 'main.py': 'good' }, async ({ backUp, flash, folder, store }) => {
      await backUp();
      await writeFile(join(flash(), 'main.py'), 'broken');
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      for (let time = 0; time < 2; time++) {
        await mpbackup(['restore', 'sim:pico', 'latest', '--store', store.root, '--yes'], { env });
        assert.equal(await readFile(join(flash(), 'main.py'), 'utf8'), 'good');
      }
    });
  });

  it('tells how far comparing is, in bytes', async () => {
    await onBench({ 'a.bin': 'x'.repeat(5_000), 'main.py': '1' }, async ({ backUp, env, store, flash }) => {
      const { backup: before } = await backUp();
      const compared: number[] = [];
      const address = { url: 'sim:pico', open: simulatedTransport(join(flash(), '..')) };
      await restore(
        { env, onProgress: ({ phase, done }) => void (phase === 'compare' && compared.push(done.bytes)) },
        address,
        store,
        { backup: before, paths: [ROOT], allowOtherBoard: false },
      );
      assert.equal(compared.at(-1), 5_001);
    });
  });

  it('P32 never gives a file its name before it is known to be right, also where the board cannot hash', async () => {
    const path = parseBoardPath('main.py');
    const content = Buffer.from('print(1)\n');
    const flash = new Map<BoardPath, Buffer>([[path, Buffer.from('old')]]);
    // A board without SHA-256, behind a line that spoils what is written.
    const board = boardWith({
      async write(path, chunks) {
        const bytes = await collect(chunks);
        flash.set(path, Buffer.concat([bytes.subarray(1), Buffer.of(0)]));
        return undefined;
      },
      hash: async (paths) => new Map(paths.map((path) => [path, hashOf(flash.get(path) ?? Buffer.of())])),
      async rename(from, to) {
        flash.set(to, flash.get(from) ?? Buffer.of());
        flash.delete(from);
      },
      remove: async (path) => void flash.delete(path),
    });
    const file = { path, sha256: hashOf(content), chunks: () => inChunks(content) };
    const place = parseBoardPath('.mpb-00000000');
    await assert.rejects(putFile({ env: realEnv() }, board, file, place), { code: 'line-damaged' });
    assert.deepEqual(flash.get(path), Buffer.from('old'));
  });

  it('P32 sends a file again whose command the board has found damaged, and blames the line, not the board', async () => {
    const path = parseBoardPath('main.py');
    const content = Buffer.from('print(1)\n');
    let written = 0;
    const board = boardWith({
      async write() {
        written += 1;
        throw lineDamaged('sim:pico', 'a command was damaged', new BoardException('ValueError: mpb'));
      },
    });
    const file = { path, sha256: hashOf(content), chunks: () => inChunks(content) };
    const place = parseBoardPath('.mpb-00000000');
    await assert.rejects(putFile({ env: realEnv() }, board, file, place), { code: 'line-damaged' });
    assert.equal(written, 3);
  });

  it('P35 can be cancelled as the first byte is about to be written: the board is left in order', async () => {
    await onBench({ 'main.py': '1' }, async ({ env, store, flash, backUp }) => {
      const { backup } = await backUp();
      await writeFile(join(flash(), 'main.py'), '2');
      const user = new AbortController();
      const context = {
        env,
        signal: user.signal,
        onProgress: ({ phase }: { phase: string }) => void (phase === 'write' && user.abort()),
      };
      const address = { url: 'sim:pico', open: simulatedTransport(join(flash(), '..')) };
      await assert.rejects(
        restore(context, address, store, { backup, paths: [ROOT], allowOtherBoard: false, conflicts: 'backup' }),
        { code: 'cancelled', message: 'Cancelled. Nothing was changed on the board.' },
      );
      assert.deepEqual(await readdir(flash()), ['main.py']);
      const { records } = await store.restores();
      assert.deepEqual(
        records.map(({ state }) => state),
        ['dropped'],
      );
    });
  });
});

describe('A backup', function () {
  this.timeout(60_000);

  it('that found what the store lacks keeps it, also where the board is just as the last backup has it', async () => {
    await onBench({ 'main.py': '1', 'lib.py': '2' }, async ({ backUp, flash, store, env }) => {
      const { backup: full } = await backUp();
      await writeFile(join(flash(), 'main.py'), 'changed');
      await backUp();
      await chmod(full.archive, 0o644);
      await rm(full.archive);
      const { unchanged, backup: healed } = await backUp({ store: await openStore(env, store.root) });
      assert.equal(unchanged, false);
      const again = await openStore(env, store.root);
      for (const file of (await again.readManifest(healed)).entries.filter(isFile)) {
        assert.equal((await collect(again.readContent(file))).length, file.size);
      }
    });
  });

  it('after a restore reads nothing again that an older backup has', async () => {
    await onBench({ 'main.py': 'good', 'lib.py': '2' }, async ({ backUp, restore, flash }) => {
      const { backup: first } = await backUp();
      await writeFile(join(flash(), 'main.py'), 'broken');
      await restore({ backup: first });
      const { read, unchanged } = await backUp();
      assert.equal(read, 0);
      assert.equal(unchanged, false);
    });
  });

  it('stands for itself: what only another board has in the store is read', async () => {
    await onBench({ 'main.py': 'same' }, async ({ addBoard, backUp, flash, store }) => {
      await addBoard('other', { 'lib.py': 'shared' });
      await backUp({ board: 'other' });
      await backUp();
      await writeFile(join(flash(), 'lib.py'), 'shared');
      const { backup: second, read } = await backUp();
      assert.equal(read, 1);
      const file = (await store.readManifest(second)).entries.filter(isFile).find(({ path }) => path === 'lib.py');
      assert.ok(file && second.archive.endsWith(file.archive));
    });
  });

  it('that has a label is kept, also where nothing has changed', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp }) => {
      await backUp();
      const { unchanged, backup: labelled } = await backUp({ label: 'golden' });
      assert.equal(unchanged, false);
      assert.equal(labelled.label, 'golden');
    });
  });

  it('goes on where the manifest of the last one is rotten: from the one before, with a warning', async () => {
    await onBench({ 'main.py': '1', 'lib.py': 'same' }, async ({ backUp, flash, store }) => {
      const { backup: first } = await backUp();
      await writeFile(join(flash(), 'new.txt'), 'only in the rotten one');
      const { backup: second } = await backUp();
      await rot(second, store);
      const { backup: third, warnings, unchanged } = await backUp();
      assert.equal(third.kind, 'incremental');
      assert.equal(third.parent, first.id);
      assert.equal(unchanged, false);
      assert.equal(warnings.length, 1);
      assert.match(warnings[0] ?? '', /can no longer be read/);
      // What lies in the rotten archive alone was read again.
      const { entries } = await store.readManifest(third);
      const file = entries.filter(isFile).find(({ path }) => path === 'new.txt');
      assert.ok(file?.archive && third.archive.endsWith(file.archive));
    });
  });

  it('is a full one where no earlier one can be read', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp, store }) => {
      const { backup: first } = await backUp();
      await rot(first, store);
      const { backup: second } = await backUp();
      assert.equal(second.kind, 'full');
    });
  });

  it('that is to be incremental is refused where there is none to go on from', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp }) => {
      await assert.rejects(backUp({ kind: 'incremental' }), { code: 'backup-not-found', message: /to build on/ });
      await backUp();
      assert.equal((await backUp({ kind: 'incremental' })).unchanged, true);
    });
  });

  it('leaves the board before it saves: the port is free while the archive is verified', async () => {
    await onBench({ 'main.py': '1' }, async ({ backUp, opened, store }) => {
      const openAtCommit: number[] = [];
      const watching: Store = {
        ...store,
        async startBackup(board, draft) {
          const pending = await store.startBackup(board, draft);
          return {
            ...pending,
            commit(outcome, signal) {
              openAtCommit.push(opened());
              return pending.commit(outcome, signal);
            },
          };
        },
      };
      await backUp({ store: watching });
      assert.deepEqual(openAtCommit, [0]);
    });
  });

  it('P35 can be cancelled while it is saved, and leaves nothing', async () => {
    await onBench({ 'main.py': '1' }, async ({ env, store, flash }) => {
      const abort = new AbortController();
      const context = {
        env,
        signal: abort.signal,
        onProgress: ({ phase }: { phase: string }) => void (phase === 'save' && abort.abort()),
      };
      const address = { url: 'sim:pico', open: simulatedTransport(join(flash(), '..')) };
      const options = { kind: 'auto', origin: 'manual', scope: WHOLE } as const;
      await assert.rejects(backup(context, address, store, options), { code: 'cancelled' });
      const left = await readdir(store.root, { recursive: true });
      assert.deepEqual(
        left.filter((name) => /\.(blb|partial)$/.test(name)),
        [],
      );
    });
  });

  it('reads a file whose bytes went away with an archive in the meantime', async () => {
    await onBench({ 'main.py': '1', 'lib.py': '2' }, async ({ backUp, flash, store }) => {
      const { backup: first } = await backUp();
      await writeFile(join(flash(), 'main.py'), 'changed');
      const losing: Store = {
        ...store,
        async checkSpace() {
          await chmod(first.archive, 0o644);
          await rm(first.archive);
        },
      };
      const { backup: second, errors } = await backUp({ store: losing });
      assert.deepEqual(errors, []);
      assert.equal(second.files, 2);
      for (const entry of (await store.readManifest(second)).entries.filter(isFile))
        assert.ok((await collect(store.readContent(entry))).length > 0);
    });
  });

  it('P31 notes a file that the board cannot read, backs up the rest, and ends with exit code 3', async () => {
    await onBench({ 'bad.bin': 'x', 'main.py': BAD_FLASH }, async ({ folder, store }) => {
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const words = ['backup', 'sim:pico', '--store', store.root];
      const { status, result } = await mpbackup([...words, '--json'], { env });
      assert.equal(status, 3, JSON.stringify(result));
      assert.deepEqual(
        (result.errors as Array<{ path: string }>).map(({ path }) => path),
        ['bad.bin'],
      );
      const { errors, entries } = await store.readManifest((await store.list()).backups[0] as BackupSummary);
      assert.deepEqual(
        errors.map(({ path }) => path),
        ['bad.bin'],
      );
      assert.deepEqual(
        entries.map(({ path }) => path),
        ['main.py'],
      );
    });
  });

  it('tells the whole message of the board in its log', async () => {
    await onBench({ 'bad.bin': 'x', 'main.py': BAD_FLASH }, async ({ folder, store }) => {
      const env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: join(folder, 'boards') };
      const words = ['backup', 'sim:pico', '--store', store.root, '--verbose'];
      const { stderr } = await mpbackup(words, { env });
      assert.match(stderr, /warning: .*not backed up.*\n {2}caused by: .*(OSError|Errno 5|\n5)/);
    });
  });

  it('P15 reads each file twice where the board cannot hash, and says so in the manifest', async () => {
    await onBench({ 'main.py': NO_HASH, 'data.bin': 'x'.repeat(3_000) }, async ({ backUp, store, flash }) => {
      const { backup: taken } = await backUp();
      assert.equal(taken.stored, 2);
      const files = (await store.readManifest(taken)).entries.filter(isFile);
      assert.deepEqual(
        files.map(({ path, evidence }) => [path, evidence]),
        [
          ['data.bin', 'read-twice'],
          ['main.py', 'read-twice'],
        ],
      );
      for (const file of files)
        assert.deepEqual(await collect(store.readContent(file)), await readFile(join(flash(), file.path)));

      // All travels again, and only what is new is stored.
      await writeFile(join(flash(), 'new.txt'), 'new');
      const { backup: second, read } = await backUp();
      assert.deepEqual({ read, stored: second.stored }, { read: 3, stored: 1 });
    });
  });

  it('P31 notes a file that never arrives the same, and backs up the rest', async () => {
    // Without a hash of the board, a file that changes each time it is read.
    await onBench({ 'main.py': NO_HASH_AND_CHANGING, 'log.txt': 'a line' }, async ({ backUp, store }) => {
      const { backup: taken, errors, read } = await backUp();
      assert.deepEqual(
        errors.map(({ path, code }) => [path, code]),
        [['log.txt', 'file-changed']],
      );
      assert.equal(read, 1);
      assert.deepEqual(
        (await store.readManifest(taken)).entries.map(({ path }) => path),
        ['main.py'],
      );
      // A backup outlives the language of whoever took it.
      speak(german, 'de');
      try {
        const { backup: inGerman } = await backUp({ kind: 'full' });
        const told = async (backup: BackupSummary) => (await store.readManifest(backup)).errors;
        assert.match((await told(taken))[0]?.message ?? '', /log\.txt was different each time/);
        assert.deepEqual(await told(inGerman), await told(taken));
      } finally {
        speak(undefined, 'en');
      }
    });
  });

  it('P34 writes nothing to the board', async () => {
    await onBench({ 'main.py': '1', 'lib/a.py': '2' }, async ({ backUp, flash }) => {
      const before = await listing(flash());
      await backUp();
      await backUp();
      assert.deepEqual(await listing(flash()), before);
    });
  });

  it('is not ended by a file system that does not tell its free space in time', async () => {
    const silent = withMounts([], () => Promise.reject(boardSilent('sim:fake', 12_000)));
    const { mounts } = await describeBoard({ env: realEnv() }, silent);
    assert.deepEqual(mounts, [{ path: '/', type: null, size: null, free: null, readOnly: null }]);
  });

  it('records every file system of the board, each with its own figures', async () => {
    const told = [
      { path: '/', type: 'VfsLfs2' },
      { path: '/sd', type: 'VfsFat' },
      { path: '/ram', type: 'RamDisk' },
    ];
    const sizes = new Map<string, number>([
      ['', 100],
      ['sd', 200],
    ]);
    const board = withMounts(told, async (path) => {
      const total = sizes.get(path);
      return total === undefined ? undefined : { total, free: total / 2, block: 4096 };
    });
    const { mounts } = await describeBoard({ env: realEnv() }, board);
    assert.deepEqual(
      mounts.map(({ path, type, size, free }) => [path, type, size, free]),
      [
        ['/', 'littlefs2', 100, 50],
        ['/sd', 'fat', 200, 100],
        ['/ram', 'RamDisk', null, null],
      ],
    );
  });
});

describe('Reading a file until it is right', () => {
  /** A board that gives these contents, one for each time the file is read; `hash` says what it would tell of each. */
  const givingOf = (contents: string[], hash?: (content: string) => string | undefined) => {
    const coming = [...contents];
    return boardWith({
      async read(_path, sink) {
        const content = coming.shift() ?? '';
        await sink(Buffer.from(content));
        return hash?.(content) as never;
      },
    });
  };
  const read = (board: ConnectedBoard) =>
    inFolder(async (folder) => {
      await using content = await readVerified(
        { env: realEnv() },
        board,
        folder,
        { path: parseBoardPath('log.txt'), size: 3 },
        () => {},
      );
      return { evidence: content.evidence, text: `${await collect(content.spool.chunks())}` };
    });

  it('P33 stops at a file that never ends', async () => {
    const endless = boardWith({
      async read(_path, sink) {
        for (;;) await sink(Buffer.alloc(65_536));
      },
    });
    await assert.rejects(read(endless), { code: 'file-changed', message: /far longer than the board said/ });
  });

  it('P15 takes it once where the hash of the board says the same', async () => {
    const board = givingOf(['one'], (content) => hashOf(Buffer.from(content)));
    assert.deepEqual(await read(board), { evidence: 'board-hash', text: 'one' });
  });

  it('P15 reads it twice where the board has no hash, and a third time where those differ', async () => {
    assert.deepEqual(await read(givingOf(['one', 'one'])), { evidence: 'read-twice', text: 'one' });
    assert.deepEqual(await read(givingOf(['one', 'two', 'two'])), { evidence: 'read-twice', text: 'two' });
  });

  it('P32 says that the line is damaged where the hash of the board never fits', async () => {
    const board = givingOf(['a', 'b', 'c'], () => hashOf(Buffer.from('right')));
    await assert.rejects(read(board), { code: 'line-damaged' });
  });

  it('says that the file changes where it is another one each time', async () => {
    await assert.rejects(read(givingOf(['a', 'b', 'c'])), { code: 'file-changed', message: /log\.txt was different/ });
  });
});

/** Has a board run this as its program: from its next start. */
async function run(flash: string, program: string): Promise<void> {
  await writeFile(join(flash, 'main.py'), program);
  await powerOffSimulated(join(flash, '..'), 'pico');
}

/** Spoils an archive behind the back of the index, which knows it by its size and time. */
async function rot({ archive }: BackupSummary, store: Store): Promise<void> {
  const bytes = await readFile(archive);
  const time = new Date(1_700_000_000_000);
  await utimes(archive, time, time);
  await store.list();
  await chmod(archive, 0o644);
  await writeFile(archive, bytes.fill(0x55, bytes.length >> 1));
  await utimes(archive, time, time);
}

async function listing(folder: string): Promise<Array<[string, string]>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(files.sort().map(async (path): Promise<[string, string]> => [path, `${await readFile(path)}`]));
}

function withMounts(mounts: Profile['mounts'], space: ConnectedBoard['files']['space']): ConnectedBoard {
  return { ...boardWith({ space }), identity: aBoard(), profile: { mounts } as Profile };
}

/** A board of which only these operations are ever asked. */
function boardWith(files: Partial<ConnectedBoard['files']>): ConnectedBoard {
  return { url: 'sim:fake', files, profile: parseProfile('can rename,.') } as ConnectedBoard;
}
