// Ctrl-C from another thread: the same three stores into the interpreter's state that its own interrupt handler makes.

import type { FirmwareExports, Port } from './emscripten.js';

/** Where the interpreter keeps what an interrupt needs. Byte offsets into `memory`. */
export interface InterruptPlaces {
  memory: SharedArrayBuffer;
  /** The byte that interrupts (3), or -1 while Ctrl-C is data (`micropython.kbd_intr`). */
  interruptChar: number;
  /** Pointer to the exception to raise next, or 0. */
  pending: number;
  /** 16 bits: 1 while nothing is scheduled, 0 while something is. */
  schedulerState: number;
  /** The KeyboardInterrupt object. */
  exception: number;
}

// The C stack lies at the bottom, up to 64 KiB; the interpreter's static data above it, far below 1 MiB.
const staticData = { from: 0x10000, to: 0x100000 };

/**
 * Finds the places by watching which words change. Call it before any program runs.
 *
 * @returns undefined if they do not look as expected: then only a program that spins cannot be interrupted
 */
export function findInterruptPlaces(port: Port, exports: FirmwareExports): InterruptPlaces | undefined {
  const memory = exports.memory.buffer;
  if (!(memory instanceof SharedArrayBuffer)) return undefined;
  const words = new Int32Array(memory, staticData.from, (staticData.to - staticData.from) / 4);
  const placeOf = (word: number) => staticData.from + word * 4;

  // An unlikely number stands in only one place: the variable that it was just given to.
  const probe = 0x1a5a1234;
  port.runPython(`import micropython; micropython.kbd_intr(${probe})`);
  const interruptChar = words.indexOf(probe);
  const unique = interruptChar >= 0 && words.indexOf(probe, interruptChar + 1) < 0;
  port.runPython('micropython.kbd_intr(-1); del micropython');

  const before = Int32Array.from(words);
  exports.mp_sched_keyboard_interrupt();
  const changed = [...words.keys()].filter((word) => words[word] !== before[word]);
  const pending = changed.find((word) => before[word] === 0);
  const state = changed.find((word) => ((before[word] ?? 0) & 0xffff) === 1 && ((words[word] ?? 0) & 0xffff) === 0);
  const exception = pending === undefined ? undefined : words[pending];
  for (const word of changed) words[word] = before[word] ?? 0;

  if (!unique || changed.length !== 2 || pending === undefined || state === undefined || exception === undefined)
    return undefined;
  return {
    memory,
    interruptChar: placeOf(interruptChar),
    pending: placeOf(pending),
    schedulerState: placeOf(state),
    exception,
  };
}

export function ctrlCInterrupts(places: InterruptPlaces): boolean {
  return new Int32Array(places.memory)[places.interruptChar >> 2] === 3;
}

export function interruptPending(places: InterruptPlaces): boolean {
  return new Int32Array(places.memory)[places.pending >> 2] !== 0;
}

/** Has the byte 0x03 interrupt, as MicroPython's own REPL does around each program, or be data (-1). */
export function setInterruptChar(places: InterruptPlaces, character: 3 | -1): void {
  new Int32Array(places.memory)[places.interruptChar >> 2] = character;
}

/** Raises KeyboardInterrupt in the program that runs, from any thread. */
export function interrupt(places: InterruptPlaces): void {
  const words = new Int32Array(places.memory);
  // The traceback of the last time (third word of the exception) is forgotten first, as `mp_sched_keyboard_interrupt` does.
  Atomics.store(words, (places.exception + 8) >> 2, 0);
  Atomics.store(words, places.pending >> 2, places.exception);
  Atomics.compareExchange(new Int16Array(places.memory), places.schedulerState >> 1, 1, 0);
}
