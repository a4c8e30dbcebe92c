// The board's end of its line: bytes that arrive, bytes that leave, and waiting, all without an event loop.

import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { CTRL_C, control, type FromBoard, type InputChunk } from './protocol.js';

export interface BoardEnd {
  /** Asked at each 0x03: does what an interrupt does and returns true, or returns false if it is data now. */
  onCtrlC: () => boolean;
  /** Output goes nowhere while true. */
  muted: boolean;
  /** Sees each piece of output before it leaves, and may change it. */
  filter: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** Takes in what has arrived by now. @returns how many bytes wait to be read */
  poll(): number;
  /**
   * Waits for at least one byte and takes up to `most`.
   *
   * @param interrupted asked before and while waiting: true ends it with no bytes
   */
  read(most: number, interrupted?: () => boolean): Uint8Array;
  /** Forgets what has arrived. */
  clear(): void;
  write(bytes: Uint8Array): void;
  /** Sleeps up to so many milliseconds, less if something arrives. */
  pause(milliseconds: number): void;
}

/** Output is held back while the host has so many pieces still to handle: a board that prints forever must not fill the memory. */
const piecesInFlight = 2000;

interface Waiting {
  number: number;
  bytes: Uint8Array;
}

export function openBoardEnd(input: MessagePort, shared: SharedArrayBuffer): BoardEnd {
  const counters = new Int32Array(shared);
  let waiting: Waiting[] = [];
  let last = 0;
  let sent = 0;

  function take({ number, bytes }: InputChunk): void {
    last = number;
    const seen = number <= Atomics.load(counters, control.interrupted);
    const kept = bytes.filter((byte) => byte !== CTRL_C || !(seen || end.onCtrlC()));
    if (kept.length > 0) waiting.push({ number, bytes: kept });
  }

  /** Drops what the host's thread has acted upon, and tells it how far each Ctrl-C has found its end. */
  function settle(): void {
    const done = Atomics.load(counters, control.interrupted);
    waiting = waiting
      .map(({ number, bytes }) => ({ number, bytes: number > done ? bytes : bytes.filter((byte) => byte !== CTRL_C) }))
      .filter(({ bytes }) => bytes.length > 0);
    const open = waiting.find(({ bytes }) => bytes.includes(CTRL_C));
    Atomics.store(counters, control.settled, open ? open.number - 1 : last);
  }

  function takeFrom(first: Waiting, most: number): Uint8Array {
    const bytes = first.bytes.subarray(0, most);
    first.bytes = first.bytes.subarray(bytes.length);
    if (first.bytes.length === 0) waiting.shift();
    if (bytes.includes(CTRL_C)) settle();
    return bytes;
  }

  const end: BoardEnd = {
    onCtrlC: () => false,
    muted: false,
    filter: undefined,
    poll() {
      for (let got = receiveMessageOnPort(input); got; got = receiveMessageOnPort(input)) {
        take(got.message);
        settle();
      }
      return waiting.reduce((sum, { bytes }) => sum + bytes.length, 0);
    },
    read(most, interrupted = () => false) {
      for (;;) {
        const wake = Atomics.load(counters, control.wake);
        end.poll();
        const [first] = waiting;
        if (interrupted()) return new Uint8Array();
        if (first) return takeFrom(first, most);
        Atomics.wait(counters, control.wake, wake);
      }
    },
    clear() {
      end.poll();
      waiting = [];
      settle();
    },
    write(bytes) {
      const out = end.filter ? end.filter(bytes) : bytes;
      if (end.muted || out.length === 0) return;
      const message: FromBoard = Uint8Array.from(out);
      parentPort?.postMessage(message);
      sent += 1;
      for (;;) {
        end.poll();
        const handled = Atomics.load(counters, control.handled);
        if (sent - handled <= piecesInFlight) return;
        Atomics.wait(counters, control.handled, handled, 20);
      }
    },
    pause(milliseconds) {
      const wake = Atomics.load(counters, control.wake);
      end.poll();
      Atomics.wait(counters, control.wake, wake, milliseconds);
    },
  };
  return end;
}
