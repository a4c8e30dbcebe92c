// The words that host and agent exchange, as bytes: agent.py says what they mean. Pure functions.

import { bytesFromText } from '../../paths.js';

export const MAGIC = '\xf5\x9a';
/** Kind, sequence number, length (2), check (2). */
export const HEAD_LENGTH = 6;
export const ACKNOWLEDGE = '\x06';
export const STOP = '\x18';
/** Bytes of a hash with which a scan tells what a file is: enough to know content that we have, far too many to meet by chance. */
export const HASH_START = 12;
/** Bytes of a hash behind a file's last bytes, of the file and its path: no line meets them by chance, and no other file. */
export const PROOF = 8;
/** No frame is longer than a block of a file with that behind it, or the path of a very deep folder: a length beyond was damaged on the line. */
const LONGEST = 1 << 14;

export interface FrameHead {
  kind: string;
  sequence: number;
  length: number;
  check: number;
}

/** @returns undefined if it cannot be the head of a frame */
export function parseHead(bytes: Uint8Array): FrameHead | undefined {
  const [kind = 0, sequence = 0, low = 0, high = 0, checkLow = 0, checkHigh = 0] = bytes;
  const length = low + 256 * high;
  if (length > LONGEST) return undefined;
  return { kind: String.fromCharCode(kind), sequence, length, check: checkLow + 256 * checkHigh };
}

/** The check of a frame: data and the first four bytes of the head, each as one number, modulo a prime. */
export function checkOf(data: Uint8Array, head: Uint8Array = new Uint8Array()): number {
  return (modulo(data) + 257 * modulo(head)) % PRIME;
}

const PRIME = 65_521;

/** The bytes as one little-endian number. One changed byte always changes it: no multiple of the prime is that small. */
function modulo(bytes: Uint8Array): number {
  let number = 0;
  for (let at = bytes.length - 1; at >= 0; at--) number = (number * 256 + (bytes[at] ?? 0)) % PRIME;
  return number;
}

/** A command as a line: check, letter, words. */
export function encodeCommand(letter: string, words: readonly string[] = []): Buffer {
  const body = Buffer.from(`${letter}${words.join(' ')}`, 'latin1');
  return Buffer.concat([Buffer.from(checkOf(body).toString(16).padStart(4, '0')), body, Buffer.from('\n')]);
}

/** A path of the board as a word of a command. */
export function pathWord(path: string): string {
  const bytes = Buffer.from(bytesFromText(`/${path}`));
  const text = bytes.toString('latin1');
  return /^[\x21-\x7e]+$/.test(text) ? text : `x${bytes.toString('hex')}`;
}

/** A command is no longer than every board can hold while it is busy. */
const COMMAND_LENGTH = 120;

/** @returns as many of the first of `more` as one command holds beside `words`, at least one */
export function wordsThatFit(more: readonly string[], words: readonly string[]): string[] {
  let room = COMMAND_LENGTH - words.reduce((sum, word) => sum + word.length + 1, 0);
  const end = more.findIndex((word, at) => {
    room -= word.length + 1;
    return at > 0 && room < 0;
  });
  return end < 0 ? [...more] : more.slice(0, end);
}
