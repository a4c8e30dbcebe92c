// A backup that was cut off, and the next one, which goes on from there: with a real MicroPython behind a real port.

import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialTransport } from '../../src/core/board/transport/serial.js';
import { addSimulatedBoard, powerOffSimulated, simulatedTransport } from '../../src/core/board/transport/simulated.js';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Env, realEnv } from '../../src/core/env.js';
import { type BackupError, isBackupError } from '../../src/core/errors.js';
import { type BackupOptions, type BackupResult, backup } from '../../src/core/jobs/backup.js';
import { CLOSING, type JobContext, type Progress } from '../../src/core/jobs/job.js';
import { restore } from '../../src/core/jobs/restore.js';
import { verify } from '../../src/core/jobs/verify.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore, type Store } from '../../src/core/store/store.js';
import { behindBridgeChip } from '../support/bridgeChip.js';
import { aDraft, addFiles, inFolder, readTree as readBackup } from '../support/builders.js';
import { type Ended, startMpbackup } from '../support/mpbackup.js';
import { openPtyBoard, type PtyBoard } from '../support/ptyBoard.js';
import { fiftyFiles, readTree, writeTree } from '../support/sampleTree.js';
import { startSimulatedPort } from '../support/simulatedPort.js';

const OPTIONS: BackupOptions = { kind: 'auto', origin: 'manual', scope: { root: ROOT, include: [], exclude: [] } };

/** From its next start, the board cannot run the agent, and hashes all the same. */
const NO_AGENT = `
import sys
class _Os:
    pass
import os as _os
for _name in dir(_os):
    if _name != 'ilistdir':
        setattr(_Os, _name, getattr(_os, _name))
sys.modules['os'] = sys.modules['uos'] = _Os()
`;

import { NO_HASH } from '../support/boardPrograms.js';

class Bench {
  readonly env: Env = realEnv();
  readonly open: OpenTransport;

  constructor(
    readonly folder: string,
    readonly store: Store,
    readonly files: ReadonlyMap<string, Uint8Array>,
  ) {
    this.open = simulatedTransport(this.boards);
  }

  get boards(): string {
    return join(this.folder, 'boards');
  }

  get flash(): string {
    return join(this.boards, 'pico');
  }

  powerOff(): Promise<void> {
    return powerOffSimulated(this.boards, 'pico');
  }

  backUp(
    { url = 'sim:pico', open = this.open, kind = 'auto' as BackupOptions['kind'] } = {},
    context: Partial<JobContext> = {},
  ): Promise<BackupResult> {
    return backup({ env: this.env, ...context }, { url, open }, this.store, { ...OPTIONS, kind });
  }

  /** Has a backup fail by what `cut` does once so many files are safe, and some bytes of the next have come. */
  async cutOff(
    files: number,
    cut: () => unknown,
    address: Parameters<Bench['backUp']>[0] = {},
    signal?: AbortSignal,
  ): Promise<BackupError> {
    let isCut = false;
    const onProgress = ({ phase, done }: Progress) => {
      if (isCut || phase !== 'read' || done.files < files) return;
      isCut = true;
      cut();
    };
    const error = await this.backUp(address, { onProgress, ...(signal && { signal }) }).catch(
      (error: unknown) => error,
    );
    assert.ok(isBackupError(error), String(error));
    assert.ok(isCut, 'the fault that was planned has happened');
    return error;
  }

  /** Names of what lies in the store, of archives and of what is no archive yet. */
  async left(): Promise<string[]> {
    const names = await readdir(this.store.root, { recursive: true }).catch(() => []);
    return names
      .filter((name) => /\.(blb|partial)/.test(name))
      .map((name) => name.replace(/.*?(\.blb)?(\.partial)?$/, '$1$2'));
  }

  async isWhole({ backup }: BackupResult): Promise<void> {
    assert.deepEqual((await verify({ env: this.env }, this.store)).damaged, []);
    const taken = await readBackup(this.store, backup);
    assert.deepEqual(new Map([...taken].sort()), (await readTree(this.flash)).files);
    assert.deepEqual(await this.left(), ['.blb']);
  }
}

async function onBench(files: ReadonlyMap<string, Uint8Array>, test: (bench: Bench) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const bench = new Bench(folder, await openStore(realEnv(), join(folder, 'store')), files);
    await writeTree(bench.flash, files);
    try {
      await test(bench);
    } finally {
      await bench.powerOff();
    }
  });
}

/** Bytes of all but the largest files: those are read first. */
function bytesWithoutLargest(files: ReadonlyMap<string, Uint8Array>, number: number): number {
  const sizes = [...files.values()].map(({ length }) => length).sort((a, b) => b - a);
  return sizes.slice(number).reduce((sum, size) => sum + size, 0);
}

const safe = (error: BackupError) => Number(/continues from the (\d+) files/.exec(error.hint ?? '')?.[1] ?? 0);

describe('A backup that was cut off', function () {
  this.timeout(120_000);
  const files = fiftyFiles();

  it('P33 by a cable that was pulled in the middle of a file goes on from the last verified file', async () => {
    await onBench(files, async (bench) => {
      const onPty = async (rate: number | undefined, use: (board: PtyBoard) => Promise<BackupError | BackupResult>) => {
        const board = await openPtyBoard(bench.open, 'sim:pico', rate);
        try {
          return await use(board);
        } finally {
          await board.close();
        }
      };
      const open = serialTransport({ baudRate: 115_200, controlLines: 'auto' });
      const error = (await onPty(100_000, (board) =>
        bench.cutOff(12, () => board.unplug(), { url: board.path, open }),
      )) as BackupError;
      assert.equal(error.code, 'port-lost');
      assert.equal(safe(error), 12);
      assert.deepEqual(await bench.left(), ['.blb.partial']);
      assert.deepEqual(
        await bench.store.list(),
        { backups: [], unreadable: [], unclearNotes: [] },
        'never taken for a backup',
      );

      const next = (await onPty(undefined, (board) => bench.backUp({ url: board.path, open }))) as BackupResult;
      assert.deepEqual([next.resumed, next.read, next.backup.kind], [12, files.size - 12, 'full']);
      const missing = bytesWithoutLargest(files, 12);
      console.log(`      12 of ${files.size} files kept; ${missing} B were missing, ${next.wire.received} B received`);
      assert.ok(next.wire.received < missing + 12_000, `${next.wire.received} bytes for ${missing} that were missing`);
      await bench.isWhole(next);

      await rm(bench.flash, { recursive: true });
      await mkdir(bench.flash);
      const { backup: taken } = next;
      const address = { url: 'sim:pico', open: bench.open };
      await restore({ env: bench.env }, address, bench.store, { backup: taken, paths: [ROOT], allowOtherBoard: false });
      const back = (await readTree(bench.flash)).files;
      assert.deepEqual(back, new Map([...files].map(([path, bytes]) => [path, Buffer.from(bytes)] as const).sort()));
    });
  });

  it('P33 by a board that started anew says so by its banner, and goes on', async () => {
    await onBench(files, async (bench) => {
      const address = { open: behindBridgeChip(bench.open) };
      const error = await bench.cutOff(20, () => bench.powerOff(), address);
      assert.equal(error.code, 'board-reset');
      // Some of the next may have come already.
      assert.ok(safe(error) >= 20 && safe(error) < files.size, error.hint);
      const next = await bench.backUp(address);
      assert.deepEqual([next.resumed, next.read], [safe(error), files.size - safe(error)]);
      await bench.isWhole(next);
    });
  });

  it('P33 on a board without the agent does the same', async () => {
    const weak = new Map([...files, ['main.py', Buffer.from(NO_AGENT)] as const]);
    await onBench(weak, async (bench) => {
      const address = { open: behindBridgeChip(bench.open) };
      const error = await bench.cutOff(20, () => bench.powerOff(), address);
      assert.equal(error.code, 'board-reset');
      const next = await bench.backUp(address);
      assert.deepEqual([next.resumed, next.read], [20, weak.size - 20]);
      await bench.isWhole(next);
    });
  });

  it('P33 on a board that cannot hash is read again as a whole, which the log says', async () => {
    const few = new Map([
      ['main.py', Buffer.from(NO_HASH)],
      ['a.bin', Buffer.alloc(3_000, 'a')],
      ['b.bin', Buffer.alloc(2_000, 'b')],
    ]);
    await onBench(few, async (bench) => {
      const error = await bench.cutOff(1, () => bench.powerOff());
      assert.doesNotMatch(error.hint ?? '', /goes on/);
      assert.deepEqual(await bench.left(), []);
      const first = await bench.backUp();
      await bench.isWhole(first);
      const { board } = await bench.store.readManifest(first.backup);
      await rm(bench.store.root, { recursive: true });

      // What a process left that was killed.
      const pending = await bench.store.startBackup(board, aDraft());
      await addFiles(pending, few);
      await pending.setAside();
      const said: string[] = [];
      const env = { ...bench.env, log: { ...bench.env.log, info: (message: string) => void said.push(message) } };
      const next = await bench.backUp({}, { env });
      assert.deepEqual([next.resumed, next.read], [0, 3]);
      assert.match(said.join('\n'), /cannot hash, so all of its files are read again/);
      await bench.isWhole(next);
    });
  });

  it('P33 by the end of the window or the terminal keeps what is safe; P35 by Cancel it leaves nothing', async () => {
    await onBench(files, async (bench) => {
      for (const [reason, left] of [
        [undefined, []],
        [CLOSING, ['.blb.partial']],
      ] as const) {
        const abort = new AbortController();
        const error = await bench.cutOff(5, () => abort.abort(reason), {}, abort.signal);
        assert.equal(error.code, 'cancelled');
        assert.deepEqual(await bench.left(), left);
      }
      // What was there before a cancel is there after it.
      const abort = new AbortController();
      await bench.cutOff(3, () => abort.abort(), {}, abort.signal);
      assert.deepEqual(await bench.left(), ['.blb.partial']);
      const next = await bench.backUp();
      assert.equal(next.resumed, 5);
      await bench.isWhole(next);
    });
  });

  it('P33 by the end of the window while it was saved keeps every file', async () => {
    await onBench(files, async (bench) => {
      const abort = new AbortController();
      const onProgress = ({ phase }: Progress) => void (phase === 'save' && abort.abort(CLOSING));
      await assert.rejects(bench.backUp({}, { onProgress, signal: abort.signal }), { code: 'cancelled' });
      const next = await bench.backUp();
      assert.deepEqual([next.resumed, next.read], [files.size, 0]);
      await bench.isWhole(next);
    });
  });

  it('again and again is whole in the end, and what is left never piles up', async () => {
    await onBench(files, async (bench) => {
      const counts: number[] = [];
      for (let attempt = 0; attempt < 4; attempt++) {
        counts.push(safe(await bench.cutOff(9, () => bench.powerOff())));
        assert.deepEqual(await bench.left(), ['.blb.partial']);
      }
      assert.deepEqual(counts, [9, 18, 27, 36]);
      const next = await bench.backUp();
      assert.equal(next.resumed, 36);
      await bench.isWhole(next);
    });
  });

  it('reads again what has changed on the board since', async () => {
    await onBench(files, async (bench) => {
      await bench.cutOff(10, () => bench.powerOff());
      await writeFile(join(bench.flash, 'every byte.bin'), 'changed');
      const next = await bench.backUp();
      assert.deepEqual([next.resumed, next.read], [9, files.size - 9]);
      await bench.isWhole(next);
    });
  });

  it('goes on also where there is a backup already, of which it reads nothing again', async () => {
    await onBench(files, async (bench) => {
      await bench.backUp();
      for (let number = 0; number < 6; number++)
        await writeFile(join(bench.flash, `new${number}.bin`), Buffer.alloc(20_000, number));
      await bench.cutOff(2, () => bench.powerOff());
      const next = await bench.backUp();
      assert.deepEqual([next.resumed, next.read, next.backup.kind, next.backup.stored], [2, 4, 'incremental', 6]);
      assert.deepEqual(await bench.left(), ['.blb', '.blb']);
    });
  });

  it('is no matter of another board', async () => {
    await onBench(files, async (bench) => {
      await addSimulatedBoard(bench.boards, 'other', { 'main.py': 'print(1)' });
      await bench.cutOff(10, () => bench.powerOff());
      try {
        const { resumed } = await bench.backUp({ url: 'sim:other' });
        assert.equal(resumed, 0);
        assert.deepEqual((await bench.left()).sort(), ['.blb', '.blb.partial']);
      } finally {
        await powerOffSimulated(bench.boards, 'other');
      }
    });
  });

  it('P33 by SIGKILL or the end of the terminal goes on at the next `mpbackup`, which says so', async () => {
    for (const signal of ['SIGKILL', 'SIGHUP', 'SIGTERM'] as const) {
      await onBench(files, async (bench) => {
        const port = await startSimulatedPort({ folder: bench.boards, name: 'pico', bytesPerSecond: 60_000 });
        const words = ['backup', port.path, '--store', bench.store.root];
        try {
          const { child, ended } = startMpbackup([...words, '--json']);
          const seen = await filesRead(child, 8);
          child.kill(signal);
          await ended;
          assert.ok((await bench.left()).includes('.blb.partial'));
          const { status, stdout, stderr } = await whenFree([...words]);
          assert.equal(status, 0, stderr);
          const [, kept, all] =
            /(\d+) of (\d+) files were kept from the backup that was cut off\./.exec(`${stdout}`) ?? [];
          assert.ok(Number(kept) >= seen && Number(kept) < files.size, `${signal}: ${stdout}`);
          assert.equal(Number(all), files.size);
          const [taken] = (await bench.store.list()).backups;
          assert.ok(taken);
          await bench.isWhole({ backup: taken } as BackupResult);
          console.log(`      ${signal} after ${seen} files: ${kept} kept`);
        } finally {
          await port.stop();
        }
      });
    }
  });
});

/** Resolves with the number of files that were safe when there were as many as wanted. */
function filesRead({ stdout }: ReturnType<typeof startMpbackup>['child'], wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = '';
    stdout?.on('data', (bytes) => {
      seen += String(bytes);
      const files = [...seen.matchAll(/"phase":"read".*?"files":(\d+)/g)].map(([, count]) => Number(count));
      const most = Math.max(0, ...files);
      if (most >= wanted) resolve(most);
    });
    stdout?.once('end', () => reject(new Error(`Too few files were read: ${seen.slice(-500)}`)));
  });
}

/** The port's own process needs a moment to notice that nobody wants it any more. */
async function whenFree(words: string[]): Promise<Ended> {
  for (let attempt = 1; ; attempt++) {
    const result = await startMpbackup(words).ended;
    if (attempt === 20 || !/in use/.test(result.stderr)) return result;
  }
}
