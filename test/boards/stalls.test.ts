// P33: a host that stalls for 10 s in the middle of anything goes on, or says what happened; and the board is at its prompt then.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { isBackupError } from '../../src/core/errors.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import type { BackupSummary } from '../../src/core/store/summary.js';
import { inFolder, readTree, takeBackup } from '../support/builders.js';
import { mpbackup, startMpbackup } from '../support/mpbackup.js';
import { realBoards } from '../support/realBoards.js';
import { type FlashTree, readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';
import { startUnixPort } from '../support/unixPort.js';
import { untilFree } from '../support/untilFree.js';
import { openSerialConsole } from './simulatedConsole.js';

const STALL_MS = 10_000;
/** Bytes a second: so few that boards pack, however busy this machine is, and each job has as many bytes to send. */
const RATE = 40_000;
/** Bytes that a board keeps for a host that does not read, before it loses the rest. */
const FIFO = 256;
const SCOPE = { root: ROOT, include: [], exclude: [] };

const FILES: ReadonlyMap<string, Buffer> = new Map([
  ['app.py', Buffer.from('value = sensor.read()  # measured\n'.repeat(200))],
  ['data.bin', Buffer.from(Array.from({ length: 15_000 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 13))],
  ['empty', Buffer.alloc(0)],
  ['lib/log.csv', Buffer.from(Array.from({ length: 600 }, (_, at) => `${at},${20 + (at % 10)}\n`).join(''))],
]);
const OLD: FlashTree = new Map([...FILES.keys()].map((path) => [path, Buffer.from('old\n')]));

type Job = 'backup' | 'restore';
type Direction = 'toBoard' | 'toHost';

/** One board, and a store that has its files where it is to be restored. */
class Bench {
  readonly env: Env = realEnv();
  readonly image: string;
  store!: Store;
  taken: BackupSummary | undefined;

  constructor(
    private readonly folder: string,
    readonly job: Job,
  ) {
    this.image = join(folder, 'flash');
  }

  async prepare(): Promise<this> {
    await mkdir(this.folder, { recursive: true });
    this.store = await openStore(this.env, join(this.folder, 'store'));
    await writeFlash(this.image, 'littlefs', this.job === 'backup' ? FILES : OLD);
    if (this.job === 'restore') this.taken = await takeBackup(this.store, FILES);
    return this;
  }

  async run(url: string, open: OpenTransport = transportByUrl('')): Promise<void> {
    const [context, address] = [{ env: this.env }, { url, open }];
    if (this.taken) {
      await restore(context, address, this.store, { backup: this.taken, paths: [ROOT], allowOtherBoard: true });
    } else {
      const options = { kind: 'full', origin: 'manual', scope: SCOPE } as const;
      const { backup: made, errors } = await backup(context, address, this.store, options);
      assert.deepEqual(errors, []);
      assert.deepEqual(new Map([...(await readTree(this.store, made))].sort()), new Map([...FILES].sort()));
    }
  }

  /** Of a board that is off: each file is old or new, or all are new. */
  async isRight(isDone: boolean): Promise<void> {
    const found = [...(await readFlash(this.image, 'littlefs'))].filter(([, content]) => content);
    for (const [path, content] of found) {
      const isOld = !isDone && content?.toString() === 'old\n';
      const isTemporary = !isDone && /(^|\/)\.mpb-[0-9a-f]{8}$/.test(path);
      if (!isOld && !isTemporary) assert.deepEqual(content, FILES.get(path), path);
    }
    if (isDone) assert.equal(found.length, FILES.size);
  }
}

/** Counts bytes, and calls `then` once so many have gone in one direction. */
function counting(inner: OpenTransport, direction: Direction, at: number, then: () => void) {
  const passed = { toBoard: 0, toHost: 0 };
  const count = (way: Direction, { length }: Uint8Array) => {
    const before = passed[way];
    passed[way] += length;
    if (way === direction && before < at && passed[way] >= at) then();
  };
  const open: OpenTransport = async (url, events, signal) => {
    const onData = (chunk: Uint8Array) => {
      count('toHost', chunk);
      events.onData(chunk);
    };
    const transport = await inner(url, { onData, onClose: (error) => events.onClose(error) }, signal);
    return {
      ...transport,
      write(bytes) {
        count('toBoard', bytes);
        return transport.write(bytes);
      },
    };
  };
  return { open, passed };
}

async function isAtPrompt({ path }: Pick<UnixBoard, 'path'>): Promise<void> {
  const console = await untilFree(() => openSerialConsole(path));
  try {
    await console.send('\r');
    await console.until('>>> ');
    await console.send('print(6*7)\r');
    await console.until('42\r\n');
  } finally {
    await console.close();
  }
}

describe('A host that stalls for 10 s', function () {
  this.timeout(120_000);

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  const open = transportByUrl('');

  /** @param share of the way through the conversation at which the line stalls */
  async function stalled(bench: Bench, direction: Direction, share: number, all: Record<Direction, number>) {
    const board = await startUnixBoard({ fileSystem: 'littlefs', image: bench.image, bytesPerSecond: RATE });
    try {
      let resumed: Promise<void> | undefined;
      const stall = () => {
        board[direction].stall(direction === 'toHost' ? FIFO : undefined);
        resumed = sleep(STALL_MS).then(() => board[direction].resume());
      };
      const line = counting(open, direction, Math.ceil(share * all[direction]), stall);
      const failure: unknown = await bench.run(board.path, line.open).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(resumed, `it did not stall: ${String(failure)}`);
      await resumed;
      if (failure !== undefined && !isBackupError(failure)) throw failure;
      await isAtPrompt(board);
      await board.stop();
      await bench.isRight(failure === undefined);
      return failure === undefined ? 'went on' : `said: ${failure.message}`;
    } finally {
      await board.stop();
    }
  }

  /** Stops `mpbackup`, with the process that has its port, once it is at work. */
  async function stopped(bench: Bench) {
    const port = await startUnixPort({ image: bench.image, fileSystem: 'littlefs', bytesPerSecond: 8_000 });
    try {
      const what = bench.taken
        ? ['restore', port.path, bench.taken.id, '--yes', '--other-board']
        : ['backup', port.path, '--kind', 'full'];
      const words = [...what, '--store', bench.store.root, '--json'];
      const { child, ended } = startMpbackup(words, { detached: true });
      const group = -(child.pid ?? 0);
      assert.ok(group < -1);
      const phase = bench.job === 'backup' ? 'read' : 'write';
      await new Promise<void>((resolve, reject) => {
        child.stdout?.on('data', (bytes) => new RegExp(`"phase":"${phase}"`).test(String(bytes)) && resolve());
        void ended.then(({ stdout, stderr }) => reject(new Error(`${stdout}${stderr}`)));
      });
      process.kill(group, 'SIGSTOP');
      await sleep(STALL_MS);
      process.kill(group, 'SIGCONT');
      const { status, stderr, result } = await ended;
      assert.ok(status === 0 || status === 1, `${status}: ${stderr}`);
      await isAtPrompt(port);
      if (status === 0) assert.equal((await mpbackup(['verify', '--store', bench.store.root])).status, 0);
      await port.stop();
      await bench.isRight(status === 0);
      return status === 0 ? 'went on' : `said: ${result.message}`;
    } finally {
      await port.stop();
    }
  }

  it('P33 P24 goes on or says why, in the middle of anything; the board is at its prompt then', async () => {
    await inFolder(async (folder) => {
      const cases: Array<[string, () => Promise<string>]> = [];
      for (const job of ['backup', 'restore'] as const) {
        const clean = await new Bench(join(folder, job), job).prepare();
        const board = await startUnixBoard({ fileSystem: 'littlefs', image: clean.image, bytesPerSecond: RATE });
        const { open: counted, passed } = counting(open, 'toHost', Number.POSITIVE_INFINITY, () => {});
        await clean.run(board.path, counted).finally(() => board.stop());
        for (const direction of ['toBoard', 'toHost'] as const) {
          for (const share of [0.01, 0.3, 0.7, 0.97]) {
            const what = `${job}, ${direction}, at ${share}`;
            cases.push([
              what,
              async () => stalled(await new Bench(join(folder, what), job).prepare(), direction, share, passed),
            ]);
          }
        }
        const what = `${job}, stopped process`;
        cases.push([what, async () => stopped(await new Bench(join(folder, what), job).prepare())]);
      }
      const ended = await Promise.allSettled(cases.map(([, run]) => run()));
      const told = cases.map(([what], at) => {
        const end = ended[at];
        return `${what}: ${end?.status === 'fulfilled' ? end.value : String(end?.reason?.stack)}`;
      });
      for (const line of told) console.log(`      ${line}`);
      assert.deepEqual(
        told.filter((_, at) => ended[at]?.status === 'rejected'),
        [],
      );
    });
  });
});
