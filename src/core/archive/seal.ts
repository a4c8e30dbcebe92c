// The seal: the ZIP comment holds the hash of every byte before it, so one flipped bit anywhere is seen (P09, P10).

import { createHash } from 'node:crypto';
import type { OpenFile } from '../env.js';

/** Bytes of the comment, at the very end of an archive. */
export const SEAL_LENGTH = 76;

const READ_SIZE = 1 << 18;

/** @param sha256 of every byte before the comment, 64 hex digits */
export function sealOf(sha256: string): Uint8Array {
  return Buffer.from(`blb1 sha256:${sha256}`, 'latin1');
}

export interface SealReading {
  /** What the comment says; undefined if there is no seal. */
  written: string | undefined;
  /** What the bytes before it say. The archive is whole if both are equal. */
  actual: string;
}

/** Reads the whole file once, in pieces. */
export async function readSeal(file: Pick<OpenFile, 'read' | 'size'>): Promise<SealReading> {
  const end = Math.max(0, (await file.size()) - SEAL_LENGTH);
  const hash = createHash('sha256');
  const buffer = new Uint8Array(Math.min(READ_SIZE, Math.max(end, SEAL_LENGTH)));
  for (let position = 0; position < end; ) {
    const count = await file.read(buffer.subarray(0, Math.min(buffer.length, end - position)), position);
    if (count === 0) break;
    hash.update(buffer.subarray(0, count));
    position += count;
  }
  const length = await file.read(buffer.subarray(0, SEAL_LENGTH), end);
  const comment = Buffer.from(buffer.subarray(0, length)).toString('latin1');
  return { written: /^blb1 sha256:([0-9a-f]{64})$/.exec(comment)?.[1], actual: hash.digest('hex') };
}
