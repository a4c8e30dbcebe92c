// A line that spoils one byte: for faults at chosen places, in either direction, without a pty in between.

import { setTimeout } from 'node:timers/promises';
import type { OpenTransport } from '../../src/core/board/transport/transport.js';

export type FaultKind = 'drop' | 'double' | 'flip';

export interface Fault {
  kind: FaultKind;
  direction: 'toBoard' | 'toHost';
  /** Which byte of that direction, from 0. */
  at: number;
}

/** How long each piece of our Python takes on a line that counts as slow. */
const SLOW_PIECE_MS = 8;

/**
 * @param isSlow makes it so slow that a board packs what it sends
 * @returns the transport, and how many bytes have passed and whether the fault has happened
 */
export function faultyTransport(open: OpenTransport, fault: Fault | undefined, isSlow = false) {
  const passed = { toBoard: 0, toHost: 0 };
  const state = { passed, fired: false };
  const spoil = (direction: Fault['direction'], bytes: Uint8Array): Uint8Array => {
    const at = fault?.direction === direction ? fault.at - passed[direction] : -1;
    passed[direction] += bytes.length;
    if (!fault || at < 0 || at >= bytes.length) return bytes;
    state.fired = true;
    const byte = bytes[at] ?? 0;
    const instead = { drop: [], double: [byte, byte], flip: [byte ^ (1 << (fault.at % 8))] }[fault.kind];
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(instead), bytes.subarray(at + 1)]);
  };
  const faulty: OpenTransport = async (url, events, signal) => {
    const inner = await open(
      url,
      { onData: (chunk) => events.onData(spoil('toHost', chunk)), onClose: (error) => events.onClose(error) },
      signal,
    );
    return {
      ...inner,
      async write(bytes) {
        if (isSlow && bytes.length > 100) await setTimeout(SLOW_PIECE_MS);
        await inner.write(spoil('toBoard', bytes));
      },
    };
  };
  return { open: faulty, state };
}
