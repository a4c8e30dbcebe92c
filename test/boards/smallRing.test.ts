// A board that holds no more than 127 bytes of input while it is busy, and loses the rest, as UARTs do: nothing is lost there,
// because the host never sends more than the board has said that it took.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { transportByUrl } from '../../src/core/board/transport/byUrl.js';
import { realEnv } from '../../src/core/env.js';
import { backup } from '../../src/core/jobs/backup.js';
import { restore } from '../../src/core/jobs/restore.js';
import { ROOT } from '../../src/core/paths.js';
import { openStore } from '../../src/core/store/store.js';
import { inFolder, readTree } from '../support/builders.js';
import { realBoards } from '../support/realBoards.js';
import { fiftyFiles } from '../support/sampleTree.js';
import { readFlash, startUnixBoard, type UnixBoard, writeFlash } from '../support/unixBoard.js';
import { type Console, openSerialConsole } from './simulatedConsole.js';

const RING = 127;

describe(`A board that holds ${RING} bytes of input and loses the rest`, function () {
  this.timeout(60_000);

  before(async function () {
    if (!(await realBoards())) this.skip();
  });

  async function onBoard<T>(image: string, work: (board: UnixBoard) => Promise<T>): Promise<T> {
    const options = { fileSystem: 'littlefs', image, uniqueId: 'e6614c311b7e6f35', holds: RING, writeMs: 1 } as const;
    const board = await startUnixBoard(options);
    try {
      return await work(board);
    } finally {
      await board.stop();
    }
  }

  /** Bytes that a board has lost so far. `first` runs before it counts. */
  async function lost(
    { path }: UnixBoard,
    first: (console: Console) => Promise<void> = async () => {},
  ): Promise<number> {
    const console = await openSerialConsole(path);
    try {
      await console.send('\x01');
      await console.until('raw REPL; CTRL-B to exit\r\n>');
      await first(console);
      return Number(await console.run('import machine;print(machine.lost())'));
    } finally {
      await console.close();
    }
  }

  /** Code that is handed to the raw REPL has windows of the board's own choice, a byte longer than it holds: some of it may come again. */
  async function tellLost(board: UnixBoard): Promise<void> {
    console.log(`      ${await lost(board)} bytes lost`);
  }

  it('does lose what a host sends that does not wait for it', async () => {
    await inFolder(async (folder) => {
      const dropped = await onBoard(join(folder, 'flash'), (board) =>
        lost(board, async (console) => {
          await console.send('import sys,time;print("busy");time.sleep_ms(300);sys.stdin.buffer.read(127)\x04');
          await console.until('busy');
          await console.send('x'.repeat(500));
          await console.until('\x04>');
        }),
      );
      assert.equal(dropped, 500 - RING);
    });
  });

  it('P32 P45 takes fifty files without an error, and none of them twice', async () => {
    await inFolder(async (folder) => {
      const context = { env: realEnv() };
      const open = transportByUrl('');
      const store = await openStore(context.env, join(folder, 'store'));
      const wanted = new Map([...fiftyFiles()].map(([path, bytes]) => [Buffer.from(path).toString('latin1'), bytes]));
      const old = new Map([...wanted].slice(0, 20).map(([path]) => [path, Buffer.from('old\n')]));
      await writeFlash(join(folder, 'flash'), 'littlefs', wanted);
      await writeFlash(join(folder, 'other'), 'littlefs', old);

      const scope = { root: ROOT, include: [], exclude: [] };
      const taken = await onBoard(join(folder, 'flash'), async (board) => {
        const address = { url: board.path, open };
        const result = await backup(context, address, store, { kind: 'full', origin: 'manual', scope });
        await tellLost(board);
        return result.backup;
      });
      const inHex = (files: Iterable<[string, Uint8Array]>) =>
        [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('hex')]).sort();
      assert.deepEqual(inHex(await readTree(store, taken)), inHex(fiftyFiles()));

      const warnings: string[] = [];
      const env = { ...context.env, log: { ...context.env.log, warn: (text: string) => void warnings.push(text) } };
      await onBoard(join(folder, 'other'), async (board) => {
        const address = { url: board.path, open };
        const options = { backup: taken, paths: [ROOT], allowOtherBoard: false };
        const { restored, verified } = await restore({ env }, address, store, options);
        assert.deepEqual([restored.length, verified], [wanted.size, wanted.size]);
        await tellLost(board);
      });
      assert.deepEqual(warnings, [], 'nothing was sent twice');
      const found = [...(await readFlash(join(folder, 'other'), 'littlefs'))].filter(([, bytes]) => bytes);
      assert.deepEqual(
        new Map(found),
        new Map([...wanted].map(([path, bytes]) => [path, Buffer.from(bytes)] as const).sort()),
      );
    });
  });
});
