// What the board's thread and the host's thread tell each other. Neither needs the other's event loop to turn:
// a board that computes or waits never turns its own.

import type { MessagePort } from 'node:worker_threads';
import type { InterruptPlaces } from './interrupt.js';

/** What the worker is started with. */
export interface BoardStart {
  folder: string;
  capacity: number;
  /** Of `machine.unique_id()`, in hexadecimal. */
  uniqueId: string;
  /** Folder that holds micropython.mjs and micropython.wasm. */
  assets: string;
  /** Brings {@link InputChunk}s. */
  input: MessagePort;
  /** Counters as {@link control} names them. */
  control: SharedArrayBuffer;
}

/** Indexes of 32-bit counters that both threads read. */
export const control = {
  /** Changes whenever there is something new for the board, which sleeps on it. */
  wake: 0,
  /** In chunks up to this number no Ctrl-C is left: each has interrupted, or was read as a byte. */
  settled: 1,
  /** Ctrl-C in chunks up to this number has already interrupted, from the host's thread. */
  interrupted: 2,
  /** How many pieces of output the host has handled. */
  handled: 3,
} as const;

export const controlBytes = 4 * Object.keys(control).length;

/** Bytes to the board, counted from 1. */
export interface InputChunk {
  number: number;
  bytes: Uint8Array;
}

/** What the board posts: output as plain bytes, and where to interrupt the interpreter that has just started. */
export type FromBoard = Uint8Array | { interrupt: InterruptPlaces | undefined };

export const CTRL_C = 0x03;
