// Raw-paste as boards do it (MicroPython's docs/reference/repl.rst): source arrives under flow control. The port claims it
// and then hangs, so this stands in front of it.

import { CTRL_C } from './protocol.js';

const CTRL_D = 0x04;
const windowSize = 128;

/** The board's first answer: understood, window size as u16, and already a second window. */
export const rawPasteAccepted = Uint8Array.of(0x52, 0x01, windowSize & 0xff, windowSize >> 8, 0x01);
/** The answer to a command after Ctrl-E that is not known. */
export const rawPasteRefused = Uint8Array.of(0x52, 0x00);

export type PasteEnd = { source: Uint8Array } | 'interrupted';

/**
 * Takes the source byte by byte.
 *
 * @param next gives the next byte that the host sent
 * @param write answers the host
 */
export function receivePaste(next: () => number, write: (bytes: Uint8Array) => void): PasteEnd {
  const source: number[] = [];
  let left = windowSize;
  for (;;) {
    const byte = next();
    if (byte === CTRL_C || byte === CTRL_D) {
      write(Uint8Array.of(CTRL_D));
      return byte === CTRL_C ? 'interrupted' : { source: Uint8Array.from(source) };
    }
    source.push(byte);
    left -= 1;
    if (left > 0) continue;
    write(Uint8Array.of(0x01));
    left = windowSize;
  }
}

/**
 * @returns source that does the same and holds none of the bytes that the raw REPL takes as commands, so that it can be
 * typed into it; never empty, since an empty line would reset the board
 */
export function asRawReplInput(source: Uint8Array): Uint8Array {
  if (source.length === 0) return Uint8Array.of(0x0a);
  if (!source.some((byte) => byte >= 1 && byte <= 5)) return source;
  const escaped = [...source].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return Buffer.from(`exec(b'${escaped}')`, 'latin1');
}
