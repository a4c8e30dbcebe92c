// P36: the jobs on the board that can do the least. A micro:bit v1 has 9 kB of heap, and a file system that knows no folders, no
// times and no renaming; its firmware has neither a hash nor base64. MPBACKUP_WEAK_FAULTS sets how many faults are tried.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoardFiles } from '../../src/core/board/boardFiles.js';
import { type ConnectedBoard, withBoard } from '../../src/core/board/connect.js';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { silentLog } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import { previewRestore, restore } from '../../src/core/jobs/restore.js';
import { finishRestore, undoRestore } from '../../src/core/jobs/settleRestore.js';
import { parseBoardPath, ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { aBoard, inChunks, readTree, takeBackup, testEnv } from '../support/builders.js';
import { type Fault, type FaultKind, faultyTransport } from '../support/faultyTransport.js';
import { type Microbit, startMicrobit } from '../support/microbit.js';
import { mpbackup, startMpbackup } from '../support/mpbackup.js';
import { realBoards } from '../support/realBoards.js';
import { untilFree } from '../support/untilFree.js';
import { openSerialConsole } from './simulatedConsole.js';

const FAULTS = Number(process.env.MPBACKUP_WEAK_FAULTS ?? 12);
/** The rest of them during restores, which take longer. */
const BACKUP_FAULTS = Math.ceil(0.8 * FAULTS);
const KINDS: readonly FaultKind[] = ['drop', 'double', 'flip'];
const ID = 'uid:0300000078563412';

const NO_HASH = 'The board cannot hash, so every file was read twice.';
const NO_TIMES = 'The board keeps no times of files, so the backup has none.';
const NO_RENAME =
  'The board cannot rename files, so each was written in place, after a safety backup of what it replaced.';

const IN_PLACE =
  'The board cannot rename files: each is written in place, after everything on the board has been saved.';

const FILES: ReadonlyMap<string, Buffer> = new Map([
  ['every byte.bin', Buffer.from([...Array(256).keys()])],
  ['config.txt', Buffer.from('name = "it\'s"\npath = "C:\\\\temp"\n'.repeat(20))],
  ['empty', Buffer.alloc(0)],
  ['ünïcödé.py', Buffer.from('# grüße\n')],
  ['notes.py', Buffer.from('def note(pitch):\n    return 440 * 2 ** (pitch / 12)\n')],
]);

describe('A micro:bit', function () {
  this.timeout(60_000);
  const context = { env: testEnv() };
  const open = transportByUrl('');
  let microbit: Microbit;
  let folder: string;
  let store: Store;
  let first: BackupSummary;

  before(async function () {
    if (!(await realBoards())) return this.skip();
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-microbit-'));
    store = await openStore(context.env, join(folder, 'store'));
    microbit = await startMicrobit();
    await fill(FILES);
  });

  after(async () => {
    await microbit?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  const onBoard = <T>(work: (board: ConnectedBoard) => Promise<T>) =>
    withBoard({ open, url: microbit.path, log: silentLog }, work);

  /** Makes these the only files on the board. */
  const fill = (wanted: ReadonlyMap<string, Buffer>) =>
    onBoard(async ({ files }) => {
      for (const { path } of (await files.scan(ROOT, [])).files) await files.remove(path, 'file');
      for (const [name, bytes] of wanted) await files.write(parseBoardPath(name), inChunks(bytes));
    });

  const put = (name: string, content: string | Buffer) =>
    onBoard(({ files }) => files.write(parseBoardPath(name), inChunks(Buffer.from(content))));

  const contents = () => onBoard(({ files }) => contentsOf(files));

  const backUp = (kind: 'auto' | 'full' = 'auto', over: OpenTransport = open) =>
    backup(context, { url: microbit.path, open: over }, store, {
      kind,
      origin: 'manual',
      scope: { root: ROOT, include: [], exclude: [] },
    });

  const restoreFrom = (taken: BackupSummary, paths: readonly string[] = [''], over: OpenTransport = open) =>
    restore(context, { url: microbit.path, open: over }, store, {
      backup: taken,
      paths: paths.map(parseBoardPath),
      allowOtherBoard: false,
    });

  it('P36 is backed up with all its files, and the manifest says how', async () => {
    const { backup: taken, errors, limits, read } = await backUp();
    first = taken;
    assert.deepEqual(errors, []);
    assert.equal(read, FILES.size);
    assert.deepEqual(limits, [NO_HASH, NO_TIMES]);
    assert.deepEqual(sorted(await readTree(store, taken)), sorted(FILES));
    const { board, entries, options } = await store.readManifest(taken);
    assert.equal(board.id, ID);
    assert.equal(board.machine, 'micro:bit with nRF51822');
    assert.match(board.firmware, /MicroPython v1\.9\.2/);
    assert.deepEqual(options, { hashOnBoard: false, ways: ['hex'] });
    for (const entry of entries) {
      assert.ok(entry.type === 'file');
      assert.deepEqual([entry.evidence, entry.mtime], ['read-twice', null]);
    }
  });

  it('P36 has its next backup store only what has changed', async () => {
    const same = await backUp();
    assert.ok(same.unchanged);
    assert.equal(same.read, FILES.size);
    await put('notes.py', '# changed\n');
    const { backup: taken, read } = await backUp();
    assert.deepEqual([taken.kind, taken.stored, read], ['incremental', 1, FILES.size]);
    assert.deepEqual(sorted(await readTree(store, taken)), sorted(changed({ 'notes.py': '# changed\n' })));
  });

  it('P36 P26 gets a file back in place, after a safety backup of what it replaces', async () => {
    await put('notes.py', '# changed again\n');
    const { restored, mode, limits, safety, verified } = await restoreFrom(first, ['notes.py']);
    assert.deepEqual(restored, ['notes.py']);
    assert.deepEqual([mode, limits, verified], ['in-place', [NO_RENAME], 1]);
    assert.ok(safety);
    assert.equal((await readTree(store, safety)).get('notes.py')?.toString(), '# changed again\n');
    assert.deepEqual(sorted(await contents()), sorted(FILES));
    const undone = await undoRestore(context, { url: microbit.path, open }, store);
    assert.deepEqual([undone.restored, undone.mode], [['notes.py'], 'in-place']);
    assert.deepEqual(sorted(await contents()), sorted(changed({ 'notes.py': '# changed again\n' })));
  });

  it('P36 has told before that files are written in place', async () => {
    const options = { backup: first, paths: [ROOT], allowOtherBoard: false };
    const { warnings, plan } = await previewRestore(context, { url: microbit.path, open }, store, options);
    assert.deepEqual(warnings, [IN_PLACE]);
    assert.equal(plan.mode, 'in-place');
  });

  it('P36 P45 gets everything back when it was erased', async () => {
    await fill(new Map());
    const { restored, safety } = await restoreFrom(first);
    assert.equal(restored.length, FILES.size);
    assert.equal(safety, undefined);
    assert.deepEqual(sorted(await contents()), sorted(FILES));
  });

  it('P36 takes no files that lie in folders, and says which', async () => {
    const files = { 'main.py': 'import lib.a\n', 'lib/a.py': '' };
    const other = await takeBackup(store, files, { board: ownBoard(), folders: ['data'] });
    await assert.rejects(restoreFrom(other), {
      code: 'board-unsupported',
      message: 'The board has no folders, so data cannot go there. Nothing was written.',
    });
    assert.deepEqual(sorted(await contents()), sorted(FILES));
  });

  it(`P32 P36 ${FAULTS} faults on the line are retried or reported, and nothing wrong is stored or written`, async () => {
    const name = parseBoardPath('every byte.bin');
    const right = FILES.get(name) ?? Buffer.alloc(0);
    const old = Buffer.from('old\n');
    await fill(new Map([[name, right]]));
    const { backup: taken } = await backUp('full');
    const backUpWith = async (faulty: OpenTransport) => {
      const { backup, errors } = await backUp('full', faulty);
      const stored = await readTree(store, backup);
      assert.equal(stored.size + errors.length, 1);
      for (const bytes of stored.values()) assert.deepEqual(bytes, right);
    };
    /** Looks at what the last restore left, and makes the next one have something to do. */
    const checkAndSpoil = () =>
      onBoard(async ({ files }) => {
        const now = await contentsOf(files);
        assert.deepEqual([...now.keys()], [name]);
        if (now.get(name)?.compare(old) !== 0) assert.deepEqual(now.get(name), right);
        await files.write(name, inChunks(old));
      });
    const restoreWith = async (faulty: OpenTransport) => {
      await checkAndSpoil();
      await restoreFrom(taken, [''], faulty);
    };
    const ended = { retried: 0, reported: 0 };
    for (const [job, faults] of [
      [backUpWith, BACKUP_FAULTS],
      [restoreWith, FAULTS - BACKUP_FAULTS],
    ] as const) {
      const { open: whole, state } = faultyTransport(open, undefined);
      await job(whole);
      for (let number = 0; number < faults; number++) {
        const direction = number % 2 === 0 ? 'toHost' : 'toBoard';
        const at = Math.floor(((number + 0.5) * 0.9 * state.passed[direction]) / faults);
        const fault: Fault = { kind: KINDS[number % 3] ?? 'flip', direction, at };
        const { open: faulty, state: now } = faultyTransport(open, fault);
        try {
          await job(faulty);
          assert.ok(now.fired, `${JSON.stringify(fault)} did not happen`);
          ended.retried += 1;
        } catch (error) {
          if (!isBackupError(error)) throw new Error(JSON.stringify(fault), { cause: error });
          ended.reported += 1;
        }
      }
    }
    await checkAndSpoil();
    console.log(`      ${FAULTS} faults: ${JSON.stringify(ended)}`);
  });

  it('P33 P36 answers to one Ctrl-C when the computer goes away in the middle', async () => {
    await fill(FILES);
    const words = [microbit.path, '--store', join(folder, 'store of the command line')];
    const { status, stdout, stderr } = await mpbackup(['backup', ...words]);
    assert.equal(status, 0, stderr);
    assert.match(String(stdout), /Backed up micro:bit: 5 files/);
    assert.match(stderr, new RegExp(NO_HASH));
    for (const { job, phase } of [
      { job: ['backup', ...words, '--kind', 'full'], phase: 'read' },
      { job: ['restore', microbit.path, 'latest', ...words.slice(1), '--yes'], phase: 'write' },
    ]) {
      await killedAt(job, phase);
    }
    // What the last one left is finished; the next one is undone.
    const own = await openStore(context.env, join(folder, 'store of the command line'));
    const address = { url: microbit.path, open };
    const { limits, restore: left } = await finishRestore(context, address, own);
    assert.deepEqual([limits, left.state, left.mode], [[NO_RENAME], 'unfinished', 'in-place']);
    assert.deepEqual(sorted(await contents()), sorted(FILES));
    await killedAt(['restore', microbit.path, 'latest', ...words.slice(1), '--yes'], 'write');
    await undoRestore(context, address, own);
    assert.deepEqual(sorted(await contents()), sorted(changed({ 'config.txt': 'old\n' })));
  });

  it('P34 P36 has its program run again, even one that leaves no memory', async () => {
    const program = `import microbit
hog = [bytearray(400) for _ in range(15)]
count = 0
while True:
    count += 1
    print("count", count)
    microbit.sleep(20)
`;
    await fill(new Map([['main.py', Buffer.from(program)]]));
    const console = await openSerialConsole(microbit.path);
    await console.send('\x04');
    await console.until('count 3\r\n');
    await console.close();
    const { backup: taken } = await backUp('full');
    assert.equal((await readTree(store, taken)).get('main.py')?.toString(), program);
    const again = await openSerialConsole(microbit.path);
    try {
      // It counts, from its beginning: so fast that nobody hears the first numbers.
      const heard = await again.until('\r\ncount ');
      assert.ok(Number(/count (\d+)/.exec(heard)?.[1] ?? 0) < 500, heard);
    } finally {
      await again.close();
    }
  });

  it('P36 says what helps where a program that somebody stopped holds the memory; files outlive the power', async () => {
    const before = await contents();
    const console = await openSerialConsole(microbit.path);
    // It may be starting, and take no notice yet.
    const again = setInterval(() => void console.send('\x03'), 1_000);
    await console.send('\x03');
    await console.until('>>> ').finally(() => clearInterval(again));
    await console.close();
    await assert.rejects(backUp(), {
      code: 'board-unsupported',
      message: `The board on ${microbit.path} cannot be backed up as it is: it has too little free memory.`,
      hint: 'Press its reset button, so that its memory is free again, and try once more.',
    });
    await microbit.powerCycle();
    assert.deepEqual(await contents(), before);
  });

  async function killedAt(job: readonly string[], phase: string): Promise<void> {
    await put('config.txt', 'old\n');
    const { child, ended } = startMpbackup([...job, '--json']);
    child.stdout?.on('data', (said) => {
      if (String(said).includes(`"phase":"${phase}"`)) child.kill('SIGKILL');
    });
    const { status, result, stderr } = await ended;
    assert.equal(status, null, `${phase}: ${JSON.stringify(result)} ${stderr}`);
    await promptComesBack();
  }

  async function promptComesBack(): Promise<void> {
    const console = await untilFree(() => openSerialConsole(microbit.path));
    try {
      await console.send('\x03');
      await new Promise((resolve) => setTimeout(resolve, 300));
      await console.send('\x02');
      await console.until('>>> ');
    } finally {
      await console.close();
    }
  }
});

/** Its firmware may damage its file system when that overflows, the more so the more was written before: so a new one. */
describe('A micro:bit that runs full', function () {
  this.timeout(60_000);
  const context = { env: testEnv() };
  const open = transportByUrl('');
  let microbit: Microbit;
  let folder: string;
  let store: Store;
  const small = Buffer.from('old\n');

  before(async function () {
    if (!(await realBoards())) return this.skip();
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-microbit-'));
    store = await openStore(context.env, join(folder, 'store'));
    microbit = await startMicrobit();
    await withBoard({ open, url: microbit.path, log: silentLog }, async ({ files }) => {
      for (const name of ['a.txt', 'notes.py']) await files.write(parseBoardPath(name), inChunks(small));
    });
  });

  after(async () => {
    await microbit?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  for (const { name, message } of [
    { name: 'new.bin', message: "The board's flash has no room left for new.bin. Nothing was changed on the board." },
    {
      name: 'notes.py',
      message: "The board's flash has no room left for notes.py. What was there before is there again.",
    },
  ]) {
    it(`P36 says so, and keeps what it had: ${name}`, async () => {
      const large = await takeBackup(store, new Map([[name, Buffer.alloc(16_000, 'x')]]), { board: ownBoard() });
      const address = { url: microbit.path, open };
      await assert.rejects(restore(context, address, store, { backup: large, paths: [ROOT], allowOtherBoard: false }), {
        code: 'board-full',
        message,
      });
      const { backup: now } = await backup(context, address, store, {
        kind: 'full',
        origin: 'manual',
        scope: { root: ROOT, include: [], exclude: [] },
      });
      assert.deepEqual(
        await readTree(store, now),
        new Map([
          ['a.txt', small],
          ['notes.py', small],
        ]),
      );
    });
  }
});

const ownBoard = () => aBoard({ id: ID, name: 'micro:bit', machine: 'micro:bit with nRF51822' });

async function contentsOf(files: BoardFiles): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const { path } of (await files.scan(ROOT, [])).files) {
    const pieces: Uint8Array[] = [];
    await files.read(path, async (piece) => void pieces.push(piece));
    found.set(path, Buffer.concat(pieces));
  }
  return found;
}

function changed(files: Record<string, string>): Map<string, Buffer> {
  return new Map([...FILES, ...Object.entries(files).map(([name, text]) => [name, Buffer.from(text)] as const)]);
}

function sorted(files: ReadonlyMap<string, Buffer>): Array<[string, Buffer]> {
  return [...files].sort(([a], [b]) => (a < b ? -1 : 1));
}
