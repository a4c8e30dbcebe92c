// A board of real MicroPython on a serial port: its unix port, with a true FAT or littlefs in an image file, sha256, base64,
// inflate, raw-paste and viper. What it does as a board is in unixBoard.py.
//
// Unlike most boards it has 64-bit words and, where nothing else is asked for, 2 MB of heap, and takes all input that comes
// while it is busy. `sys.stdout.write` and the value of a line at the prompt end in a bare `\n`; `print` is as on boards.
// The code of a raw-paste is compiled when all of it is there, not as it comes.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as nodePty from '@lydell/node-pty';
import type { OpenTransport, TransportEvents } from '../../src/core/board/transport/transport.js';
import { openPtyBoard, type PtyBoard } from './ptyBoard.js';
import { needRealBoards } from './realBoards.js';

export type FlashKind = 'fat' | 'littlefs';

export interface UnixBoardOptions {
  fileSystem: FlashKind;
  /** The flash. It is made, with an empty file system, where there is none. */
  image: string;
  /** In hex; from the name of the image where nothing is said. */
  uniqueId?: string;
  /** The speed of the line in each direction; as fast as it goes where nothing is said. */
  bytesPerSecond?: number;
  /** Bytes of heap. A board of 32-bit words has the same room in half of them. */
  heap?: number;
  /** Bytes of input that it holds while it is busy: what comes beyond them is lost, and counted by `machine.lost()`. */
  holds?: number;
  /** How long each write of a block to the flash takes, in milliseconds beside what it takes anyway. */
  writeMs?: number;
  /** Power fails at this write of a block, counted from 1 at power on; that write does not happen. */
  powerCutAtWrite?: number;
}

/** Its lanes throttle, stall and damage the line; {@link PtyBoard.unplug} leaves the board running. */
export interface UnixBoard extends PtyBoard {
  image: string;
  /** Cuts the power, and the port vanishes. What is in the image then is what was written. */
  kill(): Promise<void>;
  /** Ends all, in the same way: a board notices no difference. Calling it again is no error. */
  stop(): Promise<void>;
  /** Resolves when the board has no power any more, by whatever. */
  poweredOff: Promise<void>;
}

export async function startUnixBoard(options: UnixBoardOptions): Promise<UnixBoard> {
  const power = await powerOn(options);
  const port = await openPtyBoard(power.open, options.image, options.bytesPerSecond);
  const kill = async () => {
    power.cut();
    await power.off;
    await port.unplug();
  };
  return { ...port, image: options.image, poweredOff: power.off, kill, stop: kill, close: kill };
}

/** Exit code of a board that cut its power by itself: see unixFlash.py. */
const POWER_CUT = 7;
/** What unixBoard.py says first: all that follows is the board's. */
const READY = 0x06;

interface Power {
  open: OpenTransport;
  cut(): void;
  off: Promise<void>;
}

/** What node-pty gives where it shall not decode; its types leave that out. */
type Terminal = Omit<nodePty.IPty, 'onData' | 'write'> & {
  onData: nodePty.IEvent<Buffer>;
  write(bytes: Uint8Array): void;
};

/** Resolves when the board has its line; boot.py and main.py run then. */
async function powerOn(options: UnixBoardOptions): Promise<Power> {
  const { fileSystem, image, uniqueId = idFrom(image), heap, powerCutAtWrite = 0, holds = 0, writeMs = 0 } = options;
  const { micropython } = await needRealBoards();
  const [program, ...before] = micropython;
  const memory = heap === undefined ? [] : ['-X', `heapsize=${heap}`];
  const numbers = [powerCutAtWrite, holds, 1000 * writeMs].map(String);
  const words = [pythonFile('unixBoard.py'), image, fileSystem, uniqueId, ...numbers];

  let terminal: Terminal;
  let wasCut = false;
  let events: TransportEvents | undefined;
  let early: Buffer[] = [];
  let turnOff: () => void;
  const off = new Promise<void>((resolve) => {
    turnOff = resolve;
  });

  const boot = () =>
    new Promise<void>((resolve, reject) => {
      let said: string | undefined = '';
      // The line is the process's controlling terminal: that makes Ctrl-C a signal.
      const spawned = nodePty.spawn(program, [...before, ...memory, ...words], { encoding: null, env: {} });
      terminal = spawned as unknown as Terminal;
      terminal.onData((bytes) => {
        if (said === undefined) return hear(bytes);
        said += bytes.toString('latin1');
        const ready = bytes.indexOf(READY);
        if (ready < 0) return;
        said = undefined;
        resolve();
        hear(bytes.subarray(ready + 1));
      });
      terminal.onExit(({ exitCode }) => {
        if (said !== undefined) reject(new Error(`MicroPython did not start: ${said}`));
        if (said !== undefined || wasCut || exitCode === POWER_CUT) {
          events?.onClose(undefined);
          turnOff();
        } else void boot().catch(() => undefined); // It was reset; where it cannot start again, it is off.
      });
    });

  function hear(bytes: Buffer): void {
    if (events) events.onData(bytes);
    else early.push(bytes);
  }

  const cut = () => {
    if (wasCut) return;
    wasCut = true;
    terminal.kill('SIGKILL');
  };

  await boot();
  return {
    cut,
    off,
    async open(url, listener) {
      events = listener;
      for (const bytes of early) events.onData(bytes);
      early = [];
      return {
        url,
        async write(bytes) {
          terminal.write(bytes);
        },
        async close() {
          cut();
          await off;
        },
      };
    },
  };
}

function idFrom(image: string): string {
  return createHash('sha256').update(image).digest('hex').slice(0, 16);
}

/** Files by their path, and folders with undefined. Paths are bytes as latin1: names need not be UTF-8. */
export type FlashTree = ReadonlyMap<string, Uint8Array | undefined>;

/** What is in the flash of a board that is off. Writes nothing. */
export async function readFlash(image: string, fileSystem: FlashKind): Promise<Map<string, Buffer | undefined>> {
  const output = await runOnFlash(image, fileSystem, ['list']);
  const lines = output.split('\n').filter(Boolean).sort();
  return new Map(
    lines.map((line) => {
      const [, path = '', content] = line.split(' ');
      return [Buffer.from(path, 'hex').toString('latin1'), content === undefined ? undefined : bytesOf(content)];
    }),
  );
}

/**
 * Puts files into the flash of a board that is off; the image is made where there is none.
 *
 * @param size of an image that is made, in bytes: 1 MiB where nothing is said
 */
export async function writeFlash(image: string, fileSystem: FlashKind, tree: FlashTree, size?: number): Promise<void> {
  const lines = [...tree].map(([path, content]) => {
    const name = Buffer.from(path, 'latin1').toString('hex');
    return content ? `f ${name} ${Buffer.from(content).toString('hex') || '-'}\n` : `d ${name}\n`;
  });
  const words = size === undefined ? ['write'] : ['write', String(size)];
  await runOnFlash(image, fileSystem, words, lines.join(''));
}

const bytesOf = (hex: string) => Buffer.from(hex.replace('-', ''), 'hex');

async function runOnFlash(image: string, fileSystem: FlashKind, verb: readonly string[], input = ''): Promise<string> {
  const { micropython } = await needRealBoards();
  const [program, ...words] = micropython;
  // A file and its hex are in memory as a whole.
  const memory = ['-X', `heapsize=${1 << 26}`];
  const script = [pythonFile('unixFiles.py'), image, fileSystem, ...verb];
  const done = promisify(execFile)(program, [...words, ...memory, ...script], { maxBuffer: 1 << 26 });
  // One that ends before it has read all says why in its own words.
  done.child.stdin?.on('error', () => undefined);
  done.child.stdin?.end(input);
  return (await done).stdout;
}

function pythonFile(name: string): string {
  return join(ASSETS_FOLDER, '..', 'test', 'support', name);
}
