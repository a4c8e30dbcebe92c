// The board's end of its line: bytes that arrive, bytes that leave, and waiting, all without an event loop.

import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { CTRL_C, control, type FromBoard, type InputChunk } from './protocol.js';

export interface BoardEnd {
  /** Asked at each 0x03: does what an interrupt does and returns true, or returns false where it is data now. */
  onCtrlC: () => boolean;
  /** Output goes nowhere while true. */
  muted: boolean;
  /** Sees each piece of output before it leaves, and may change it. */
  filter: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** Takes in what has arrived by now. @returns how many bytes wait to be read */
  poll(): number;
  /** Waits for at least one byte and takes up to `most`; undefined where a Ctrl-C came instead. */
  read(most: number): Uint8Array | undefined;
  /** Forgets what has arrived. */
  clear(): void;
  write(bytes: Uint8Array): void;
  /** Sleeps up to so many milliseconds, less where something arrives. */
  pause(milliseconds: number): void;
}

/** Output is held back while the host has so many pieces still to handle: a board that prints for ever must not fill the memory. */
const piecesInFlight = 2000;

export function openBoardEnd(input: MessagePort, shared: SharedArrayBuffer): BoardEnd {
  const counters = new Int32Array(shared);
  let waiting: number[] = [];
  let next = 0;
  let sent = 0;
  let interrupted = false;

  function take({ number, bytes }: InputChunk): void {
    const seen = number <= Atomics.load(counters, control.interrupted);
    for (const byte of bytes) {
      if (byte !== CTRL_C) waiting.push(byte);
      else if (seen) continue;
      else if (end.onCtrlC()) interrupted = true;
      else waiting.push(byte);
    }
    Atomics.store(counters, control.taken, number);
  }

  const end: BoardEnd = {
    onCtrlC: () => false,
    muted: false,
    filter: undefined,
    poll() {
      for (let got = receiveMessageOnPort(input); got; got = receiveMessageOnPort(input)) take(got.message);
      return waiting.length - next;
    },
    read(most) {
      interrupted = false;
      for (;;) {
        const wake = Atomics.load(counters, control.wake);
        const available = end.poll();
        if (interrupted) return undefined;
        if (available > 0) break;
        Atomics.wait(counters, control.wake, wake);
      }
      const bytes = Uint8Array.from(waiting.slice(next, next + most));
      next += bytes.length;
      if (next === waiting.length || next > 65536) {
        waiting = waiting.slice(next);
        next = 0;
      }
      return bytes;
    },
    clear() {
      end.poll();
      waiting = [];
      next = 0;
    },
    write(bytes) {
      const out = end.filter ? end.filter(bytes) : bytes;
      if (end.muted || out.length === 0) return;
      const message: FromBoard = Uint8Array.from(out);
      parentPort?.postMessage(message);
      sent += 1;
      while (sent - Atomics.load(counters, control.handled) > piecesInFlight) end.pause(20);
      end.poll();
    },
    pause(milliseconds) {
      const wake = Atomics.load(counters, control.wake);
      end.poll();
      Atomics.wait(counters, control.wake, wake, milliseconds);
    },
  };
  return end;
}
