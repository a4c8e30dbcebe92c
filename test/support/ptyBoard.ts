// Puts any board behind a pty, so that it is reached through the operating system as a board on USB is, and the line to
// it can be broken on purpose.

import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import type { ReadStream } from 'node:tty';
import * as nodePty from '@lydell/node-pty';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';
import { type Lane, openLane } from './ptyLane.js';

export interface PtyBoard {
  /** What a serial port is opened with: `/dev/pts/7`. It may be opened, closed and opened again. */
  path: string;
  toBoard: Lane;
  toHost: Lane;
  /** The port vanishes from the host; the board runs on without it. Resolves when it has vanished. */
  unplug(): Promise<void>;
  /** Ends all. Calling it after {@link PtyBoard.unplug}, or again, is no error. */
  close(): Promise<void>;
}

/** What `open` of node-pty gives; its types leave the function out. */
interface OpenedPty {
  readonly master: ReadStream & NodeJS.WritableStream;
  readonly slave: ReadStream;
  readonly ptsName: string;
}

/**
 * @param open how to reach the board, as for {@link OpenTransport}
 * @param url the board
 * @param bytesPerSecond the speed of the line in each direction; as fast as it goes where nothing is said
 */
export async function openPtyBoard(open: OpenTransport, url: string, bytesPerSecond?: number): Promise<PtyBoard> {
  const { master, hostEnd, path } = openPty();
  const vanished = new Promise<void>((resolve) => master.once('close', () => resolve()));
  const toHost = openLane((bytes) => master.write(bytes));
  const board = await open(url, { onData: (bytes) => toHost.push(bytes), onClose: () => void unplug() });
  // A board that has gone is seen in onClose: a failed write says nothing more.
  const toBoard = openLane((bytes) => void board.write(bytes).catch(() => undefined));
  for (const lane of [toHost, toBoard]) lane.throttle(bytesPerSecond);
  master.on('data', (bytes) => toBoard.push(bytes));
  // Reading from a pty that nobody has open any more fails with EIO.
  master.on('error', () => void unplug());

  function unplug(): Promise<void> {
    for (const lane of [toHost, toBoard]) lane.end();
    if (!master.destroyed) closeSync(hostEnd);
    master.destroy();
    return vanished;
  }

  return {
    path,
    toBoard,
    toHost,
    unplug,
    async close() {
      await unplug();
      await board.close();
    },
  };
}

function openPty(): { master: OpenedPty['master']; hostEnd: number; path: string } {
  const { open } = nodePty as unknown as { open(options: { encoding: null }): OpenedPty };
  const { master, slave, ptsName: path } = open({ encoding: null });
  // The host's end must stay open, so that the pty outlives each client, but node-pty's stream would read from it, and
  // take bytes that are meant for the client.
  const hostEnd = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  slave.destroy();
  // Until a client sets it so itself, the pty would echo, and turn `\r` into `\n` and `\n` into `\r\n`.
  execFileSync('stty', [process.platform === 'linux' ? '-F' : '-f', path, 'raw', '-echo']);
  return { master, hostEnd, path };
}
