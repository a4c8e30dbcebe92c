// A micro:bit v1 with its own MicroPython (1.9.2-based, as Debian packages it), in QEMU, on a serial port.
//
// What was measured there:
// - No raw-paste (`\x05A\x01` prints the banner of the raw REPL again), no directories, no `os.stat`, no `os.rename`, no
//   `hashlib`, no `binascii`, no `sys.stdin`. `os` has `listdir`, `remove`, `size` and `uname`.
// - What is typed ahead while it is busy is lost from about 40 bytes on.
// - About 9 kB of heap, 30 kB of flash. Files survive a reset; one that overflows the flash disappears.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialTransport } from '../../src/core/board/transport/serial.js';
import { type OpenTransport, USUAL_SERIAL_SETTINGS } from '../../src/core/board/transport/transport.js';
import { openPtyBoard, type PtyBoard } from './ptyBoard.js';
import { needRealBoards } from './realBoards.js';

/** Its lanes throttle, stall and damage the line. */
export interface Microbit extends PtyBoard {
  /** Power off and on. The port stays, as with a board behind a USB bridge; files stay, too. */
  powerCycle(): Promise<void>;
  /** Ends all; its flash is empty the next time. Calling it again is no error. */
  stop(): Promise<void>;
}

/** Starts one that waits at its prompt, with an empty flash. */
export async function startMicrobit(bytesPerSecond?: number): Promise<Microbit> {
  const { qemu, firmware } = (await needRealBoards()).microbit;
  const folder = await mkdtemp(join(tmpdir(), 'microbit-'));
  const monitor = join(folder, 'monitor');
  const machine = ['-M', 'microbit', '-device', `loader,file=${firmware}`, '-display', 'none'];
  const lines = ['-monitor', `unix:${monitor},server,nowait`, '-serial', 'pty'];
  const child = spawn(qemu, [...machine, ...lines], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  const port = await openPtyBoard(atPrompt, await pathOfPty(child), bytesPerSecond);
  const stop = async () => {
    await port.close();
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { ...port, powerCycle: () => tellMonitor(monitor, 'system_reset'), stop, close: stop };
}

/**
 * QEMU takes up to a second to notice that its pty was opened, hears nothing until then, and what the board says is lost: so we
 * keep it open, and give it to the host when the board has answered.
 */
const atPrompt: OpenTransport = async (url, events, signal) => {
  let heard: string | undefined = '';
  let answered = () => {};
  const answer = new Promise<void>((resolve) => {
    answered = resolve;
  });
  const onData = (bytes: Uint8Array) => {
    if (heard === undefined) return events.onData(bytes);
    heard += Buffer.from(bytes).toString('latin1');
    if (!heard.endsWith("'ready'\r\n>>> ")) return;
    heard = undefined;
    answered();
  };
  const transport = await serialTransport(USUAL_SERIAL_SETTINGS)(url, { ...events, onData }, signal);
  await transport.write(Buffer.from('"ready"\r'));
  await answer;
  return transport;
};

/** QEMU says `char device redirected to /dev/pts/7 (label serial0)`. */
async function pathOfPty(child: ChildProcess): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes) => {
      said += String(bytes);
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`QEMU did not start: ${said}`)));
    child.stdout?.on('data', () => {
      const path = /redirected to (\/dev\/\S+)/.exec(said)?.[1];
      if (path) resolve(path);
    });
  });
}

/** Resolves when the monitor prompts again: the order is carried out then. */
function tellMonitor(path: string, order: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let prompts = 0;
    let said = '';
    socket.on('error', reject);
    socket.on('data', (bytes) => {
      said += bytes.toString('latin1');
      const now = said.split('(qemu) ').length - 1;
      if (prompts === 0 && now > 0) socket.write(`${order}\n`);
      if (now > 1) socket.end(resolve);
      prompts = now;
    });
  });
}
