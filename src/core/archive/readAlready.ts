// Small content near the end of an archive, from the bytes that were read when it was opened: a listing of a thousand backups
// opens each archive once, and inflates without waiting. Where anything is not as usual it gives nothing, and the way that
// tells what is wrong is taken instead.

import { inflateRawSync } from 'node:zlib';
import type { Entry } from 'yauzl';
import type { ArchiveTail } from './archiveBytes.js';

const LOCAL_HEADER = 30;
const NAME_LENGTH = 26;
const EXTRA_LENGTH = 28;

/** Bytes that are inflated without giving way to anything else. */
const AT_ONCE = 1 << 20;
/** Node's own limit. */
const SMALLEST_CHUNK = 64;

/** @returns the whole content, as long as the header says; undefined where it has to be read */
export function readAlready({ last, fileSize }: ArchiveTail, entry: Entry): Uint8Array | undefined {
  const { uncompressedSize: size, compressedSize, compressionMethod } = entry;
  const header = entry.relativeOffsetOfLocalHeader - (fileSize - last.length);
  if (size > AT_ONCE || header < 0 || header + LOCAL_HEADER > last.length) return undefined;
  const nameAndExtra = last.readUInt16LE(header + NAME_LENGTH) + last.readUInt16LE(header + EXTRA_LENGTH);
  const content = header + LOCAL_HEADER + nameAndExtra;
  const packed = last.subarray(content, content + compressedSize);
  if (packed.length < compressedSize) return undefined;
  const bytes = compressionMethod === 0 ? packed : inflated(packed, size);
  return bytes?.length === size ? bytes : undefined;
}

function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    // One byte more than it shall be shows that it is longer.
    return inflateRawSync(packed, { chunkSize: Math.max(size + 1, SMALLEST_CHUNK), maxOutputLength: size + 1 });
  } catch {
    // Damaged or longer: inflating it piece by piece tells which.
    return undefined;
  }
}
