// What goes wrong before the first file is safe, each with its own sentence, exit code 1, nothing partial left, and the store as
// it was. What is left once files are safe: resume.test.ts.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import { CLI, type Ended, mpbackup, start, startMpbackup } from '../support/mpbackup.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';
import { startSimulatedPort } from '../support/simulatedPort.js';

const isRoot = process.getuid?.() === 0;
/** Any user who is not root: permissions do not hold for root. */
const NOBODY = 65_534;

describe('A backup that cannot be made', function () {
  this.timeout(60_000);
  let folder: string;
  let boards: string;
  let store: string;
  let board: PtyBoard;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mpbackup-failures-'));
    boards = join(folder, 'boards');
    store = join(folder, 'store');
    env = { ...process.env, MPBACKUP_SIMULATED_BOARDS: boards };
    const files = {
      'main.py': 'print(1)\n',
      'data.bin': Uint8Array.from({ length: 100_000 }, (_, at) => (at * at) & 0xff),
    };
    await addSimulatedBoard(boards, 'pico', files);
    // Slow enough to be cut in the middle.
    board = await openPtyBoard(simulatedTransport(boards), 'sim:pico', 20_000);
  });

  after(async () => {
    await board.close();
    await powerOffSimulated(boards, 'pico');
    await rm(folder, { recursive: true, force: true });
  });

  function fails({ status, result, stderr }: Ended, code: string, message: RegExp): void {
    assert.equal(status, 1, stderr);
    assert.equal(result.event, 'error');
    assert.equal(result.ok, false);
    assert.equal(result.code, code, String(result.message));
    assert.match(String(result.message), message);
    assert.ok(String(result.hint).length > 20, 'says what to do next');
  }

  const left = async (where: string) =>
    (await readdir(where, { recursive: true }).catch(() => [])).filter((name) => /\.(blb|partial)/.test(name));
  const backup = (port: string, into = store) => mpbackup(['backup', port, '--store', into, '--json']);

  it('a port that does not exist', async () => {
    fails(await backup('/dev/ttyNONE7'), 'port-not-found', /There is no port \/dev\/ttyNONE7/);
    assert.deepEqual(await left(store), []);
  });

  it('a port that another process holds, which is named', async () => {
    // In a process of its own: programs that we start would hold the board's end, too, and count as the board.
    const other = await startSimulatedPort({ folder: boards, name: 'other' });
    const holder = spawn('sh', ['-c', `exec 3<>${other.path}; echo held; read end`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    try {
      fails(await backup(other.path), 'port-busy', new RegExp(`in use by sh \\(process ${holder.pid}\\)`));
    } finally {
      holder.stdin.end('\n');
      await once(holder, 'exit');
      await other.stop();
    }
    assert.deepEqual(await left(store), []);
  });

  it('a file that is no port', async () => {
    const file = join(folder, 'no port');
    await writeFile(file, '');
    fails(await backup(file), 'port-failed', /could not be opened/);
  });

  for (const [what, signal] of [
    ['Ctrl-C', 'SIGINT'],
    ['the end of the terminal', 'SIGHUP'],
  ] as const) {
    it(`P33 P35 ${what} in the middle leaves no partial archive, and the board can be backed up at once`, async () => {
      const { child, ended } = startMpbackup(['backup', board.path, '--store', store, '--json']);
      await readingHasBegun(child);
      child.kill(signal);
      const result = await ended;
      assert.equal(result.status, 1);
      assert.equal(result.result.code, 'cancelled');
      assert.deepEqual(await left(store), []);
      const again = await backup(board.path);
      assert.equal(again.status, 0, JSON.stringify(again.result));
      await rm(store, { recursive: true });
    });
  }

  it('P33 the line is cut in the middle: says so at once, and leaves nothing', async () => {
    const own = await startSimulatedPort({ folder: boards, name: 'pico', bytesPerSecond: 20_000 });
    const { child, ended } = startMpbackup(['backup', own.path, '--store', store, '--json']);
    await readingHasBegun(child);
    const cut = performance.now();
    await own.stop();
    const result = await ended;
    fails(result, 'port-lost', /connection to the board on \/dev\/pts\/\d+ was lost/);
    assert.ok(performance.now() - cut < 5_000, 'not after a time-out');
    assert.deepEqual(await left(store), []);
  });

  it('P04 a folder that must not be written to', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked);
    await chmod(locked, 0o555);
    const words = ['backup', 'sim:pico', '--store', join(locked, 'store'), '--json'];
    // Permissions do not bind root: then the command line runs as somebody else, from where that one may read it.
    await chmod(folder, 0o755);
    await cp(ASSETS_FOLDER, join(folder, 'dist'), { recursive: true });
    await cp(join(ASSETS_FOLDER, '..', 'prebuilds'), join(folder, 'prebuilds'), { recursive: true });
    const cli = join(folder, 'dist', 'cli.js');
    const result = await start(process.execPath, [cli, ...words], { env, ...(isRoot && { uid: NOBODY, gid: NOBODY }) })
      .ended;
    fails(result, 'store-denied', /locked/);
    assert.deepEqual(await readdir(locked), []);
  });

  it('P04 P07 a disk that is full, before the first byte leaves the board, with both figures', async () => {
    const disk = join(folder, 'disk');
    await mkdir(disk);
    // The small disk is there for this one process only, which anyone may ask for.
    const script =
      'mount -t tmpfs -o size=64k tmpfs "$1"; "$2" "$3" backup sim:pico --store "$1/store" --json; e=$?; find "$1" -type f >&2; exit $e';
    const words = ['--mount', '--map-root-user', 'sh', '-c', script, 'sh', disk, process.execPath, CLI];
    const result = await start('unshare', words, { env }).ended;
    fails(result, 'store-full', /\d [kM]?B.*\d [kM]?B/);
    assert.equal(result.stderr, '', 'no file is left');
    assert.ok(!result.events.some(({ phase }) => phase === 'read'), 'nothing was read');
  });
});

/** Resolves once file contents travel. */
function readingHasBegun({ stdout }: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    stdout?.on('data', (bytes) => {
      seen += String(bytes);
      if (/"phase":"read".*"bytes":[1-9]/.test(seen)) resolve();
    });
    stdout?.once('end', () => reject(new Error(`Nothing was read: ${seen}`)));
  });
}
