// Content on its way into an archive: deflated if that makes it smaller, else as it is. By the system's own zlib, which takes
// little memory for each file, and gives way to others while it works on a large one.

import { pipeline, Readable } from 'node:stream';
import { createDeflateRaw, deflateRawSync } from 'node:zlib';

type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes as they stand in an archive. */
export interface Packed {
  isDeflated: boolean;
  chunks: AsyncIterable<Bytes> | Iterable<Bytes>;
}

/** Content is stored as it is if its beginning does not shrink: music and machine code cost no time for nothing. */
const WORTHWHILE = 0.95;
const PIECE = 1 << 16;

/**
 * @param chunks are copied: their buffers may be used again. What they throw, the result's chunks throw, or this
 * @param size of all of them, as far as is known
 */
export async function pack(chunks: AsyncIterable<Uint8Array>, size: number): Promise<Packed> {
  const pieces = inPieces(chunks, size);
  const first = await pieces.next();
  if (first.done) return { isDeflated: false, chunks: [] };
  const head = first.value;
  const deflatedHead = deflateRawSync(head);
  const isDeflated = deflatedHead.length < head.length * WORTHWHILE;
  const second = await pieces.next();
  if (second.done) return { isDeflated, chunks: [isDeflated ? deflatedHead : head] };
  const all = joined([head, second.value], pieces);
  return { isDeflated, chunks: isDeflated ? deflated(all) : all };
}

/** A board sends small pieces, each of which would have its price. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Bytes> {
  let left = size;
  let piece = Buffer.allocUnsafe(0);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === piece.length) {
        if (filled > 0) yield piece;
        left -= filled;
        // What is longer than it should be is not cut off here: who reads on finds it out.
        piece = Buffer.allocUnsafeSlow(left > 0 ? Math.min(left, PIECE) : PIECE);
        filled = 0;
      }
      const part = chunk.subarray(at, at + piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
      at += part.length;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

async function* joined(first: Bytes[], rest: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  yield* first;
  yield* rest;
}

async function* deflated(pieces: AsyncIterable<Bytes>): AsyncGenerator<Bytes> {
  const deflate = createDeflateRaw();
  // Failures reach the loop that reads `deflate`; the pipeline only passes them on.
  pipeline(Readable.from(pieces), deflate, () => {});
  yield* deflate;
}
