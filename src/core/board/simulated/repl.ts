// The REPL of the simulated board: the port's own, fed byte by byte, with raw-paste in front of it.

import type { BoardEnd } from './boardEnd.js';
import type { Firmware } from './firmware.js';
import { CTRL_C } from './protocol.js';
import { asRawReplInput, rawPasteAccepted, rawPasteRefused, receivePaste } from './rawPaste.js';

const CTRL_A = 0x01;
const CTRL_B = 0x02;
const CTRL_D = 0x04;
const CTRL_E = 0x05;
/** The port's REPL returns this bit where real firmware would leave its main loop to reset. */
const forcedExit = 0x100;
const rawBanner = 'raw REPL; CTRL-B to exit\r\n';

export type ReplMode = 'friendly' | 'raw';

/** Runs the REPL until the board is to be reset. Blocks the thread. @returns the mode to come back in */
export function runRepl({ exports }: Firmware, line: BoardEnd, startIn: ReplMode): ReplMode {
  let mode: ReplMode = 'friendly' as ReplMode;
  /** What the raw REPL holds of the current line: its first two bytes are enough to know a command. */
  let held: number[] = [];

  const feed = (byte: number): boolean => (exports.mp_js_repl_process_char(byte) & forcedExit) !== 0;
  const say = (text: string) => line.write(Buffer.from(text, 'latin1'));
  // At the prompt, Ctrl-C is a byte as any other, and `read` waits until there is one.
  const next = (): number => line.read(1)[0] ?? CTRL_C;

  /** @returns true if the program asked for a reset */
  function paste(): boolean {
    line.write(rawPasteAccepted);
    const end = receivePaste(next, line.write);
    if (end === 'interrupted') {
      say('\x04KeyboardInterrupt: \r\n\x04>');
      return false;
    }
    for (const byte of asRawReplInput(end.source)) feed(byte);
    // The raw REPL itself says `OK` first; raw-paste has said all that by now.
    line.filter = (bytes) => {
      line.filter = undefined;
      return bytes.subarray(2);
    };
    return feed(CTRL_D);
  }

  function feedRaw(byte: number): boolean {
    if (byte === CTRL_A && held.length === 2 && held[0] === CTRL_E) {
      const known = held[1] === 0x41;
      held = [];
      feed(CTRL_C); // makes the port forget its copy of the line
      if (known) return paste();
      line.write(rawPasteRefused);
      say('>');
      return false;
    }
    if (byte <= CTRL_D) held = [];
    else if (held.length < 3) held.push(byte);
    if (byte === CTRL_B) mode = 'friendly';
    return feed(byte);
  }

  function feedFriendly(byte: number): boolean {
    if (byte !== CTRL_A) return feed(byte);
    // Ctrl-A enters raw mode on an empty line only, else it moves the cursor: what the port says tells which it was.
    line.filter = (bytes) => {
      if (Buffer.from(bytes).toString('latin1').includes(rawBanner)) mode = 'raw';
      return bytes;
    };
    const exit = feed(byte);
    line.filter = undefined;
    return exit;
  }

  line.muted = startIn === 'raw';
  exports.mp_js_repl_init();
  if (startIn === 'raw') {
    feedFriendly(CTRL_A);
    line.muted = false;
    say(`${rawBanner}>`);
  }
  for (;;) {
    const byte = next();
    if (mode === 'raw' ? feedRaw(byte) : feedFriendly(byte)) return mode;
  }
}
