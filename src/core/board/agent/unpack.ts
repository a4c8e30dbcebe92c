// Undoes what pack.py did: chunks in the symbols of deflate, with codes that are known beforehand instead of told each time.

import { inflateRawSync } from 'node:zlib';
import { messageOf } from '../../errors.js';
import { LineFault } from './agentLink.js';

/**
 * The length of each symbol's code as a letter, `a` for one bit: 286 literals and lengths, 30 distances. Huffman codes of the
 * symbols that pack.py makes of MicroPython sources (the project's own examples, drivers and libraries), of JSON and of logs;
 * each symbol has a code, so that anything can be packed.
 */
export const CODE_LENGTHS =
  'klllllllllglllllllllllllllllllllelghllljffjjghfigggghghhhhhllhlllhihhhijjhlliihhhlhhhijjlllijilglfgffeghhfliggffgjfffghhhhjjljllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllhcddeefffffggfghhhiijijjilllkkfiiihhffeedddddddddddddeekllkk';

/** How far back repetitions reach at most, for any size of the board's ring. */
const REACH = 1 << 13;
/** Plain bytes in a chunk, at most. */
const LONGEST = REACH / 4;
const LITERALS = 286;

/** One last block of dynamic codes (RFC 1951, 3.2.7), up to the first symbol: what the board need not send. */
const HEADER = blockHeader();

export interface Unpacker {
  /** @returns the plain bytes of a chunk. @throws LineFault if it is none: the board is asked again */
  unpack(packed: Uint8Array): Uint8Array;
  /** What came as it is; later chunks may repeat parts of it. */
  pass(plain: Uint8Array): void;
}

/** Begins as the board's ring does: with zeros. */
export function createUnpacker(): Unpacker {
  let before = Buffer.alloc(REACH);
  const pass = (plain: Uint8Array) => {
    before = Buffer.concat([before, plain]).subarray(-REACH);
  };
  return {
    unpack(packed) {
      const block = Buffer.concat([HEADER, packed.subarray(1)]);
      // The header ends within the chunk's first byte.
      block[HEADER.length - 1] = (HEADER.at(-1) ?? 0) | (packed[0] ?? 0);
      try {
        const plain = inflateRawSync(block, { dictionary: before, maxOutputLength: LONGEST });
        pass(plain);
        return plain;
      } catch (error) {
        throw new LineFault(messageOf(error));
      }
    },
    pass,
  };
}

function blockHeader(): Buffer {
  const bits: number[] = [];
  const put = (value: number, count: number) => {
    for (let bit = 0; bit < count; bit++) bits.push((value >> bit) & 1);
  };
  put(1, 1); // the last block
  put(2, 2); // with codes of its own
  put(LITERALS - 257, 5);
  put(CODE_LENGTHS.length - LITERALS - 1, 5);
  put(15, 4); // lengths of all 19 symbols of the code in which the lengths below are written
  for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]) put(symbol < 16 ? 4 : 0, 3);
  for (const letter of CODE_LENGTHS) {
    // Sixteen symbols of four bits each: their codes are their numbers, first bit first.
    const length = letter.charCodeAt(0) - 96;
    for (let bit = 3; bit >= 0; bit--) put(length >> bit, 1);
  }
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
  return bytes;
}
