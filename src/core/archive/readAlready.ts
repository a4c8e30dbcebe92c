// Small content from bytes that are in memory as a whole: inflated without waiting, which for a piece of this size takes less than
// to begin something that one could wait for. If anything is not as usual it gives nothing, and the way that tells what is wrong
// is taken instead.

import { inflateRawSync } from 'node:zlib';
import type { Entry } from 'yauzl';
import type { ArchiveTail } from './archiveBytes.js';

export const LOCAL_HEADER = 30;
const SIGNATURE = 0x04034b50;
const NAME_LENGTH = 26;
const EXTRA_LENGTH = 28;

/** Bytes that are inflated without giving way to anything else. */
const AT_ONCE = 1 << 20;
/** Node's own limit. */
const SMALLEST_CHUNK = 64;

/**
 * Near the end of an archive, from the bytes that were read when it was opened: a listing of a thousand backups opens each once.
 *
 * @returns the whole content, as long as the header says; undefined if it has to be read
 */
export function readAlready({ last, fileSize }: ArchiveTail, entry: Entry): Uint8Array | undefined {
  return contentIn(last, entry.relativeOffsetOfLocalHeader - (fileSize - last.length), entry);
}

/**
 * @param header where the entry begins in these bytes
 * @returns the whole content, as long as the directory says; undefined if the bytes do not give it
 */
export function contentIn(bytes: Buffer, header: number, entry: Entry): Uint8Array | undefined {
  const { uncompressedSize: size, compressedSize, compressionMethod } = entry;
  const local = size > AT_ONCE ? undefined : localHeaderIn(bytes, header);
  if (!local) return undefined;
  const start = header + local.length;
  const packed = bytes.subarray(start, start + compressedSize);
  if (packed.length < compressedSize) return undefined;
  const content = compressionMethod === 0 ? packed : inflated(packed, size);
  return content?.length === size ? content : undefined;
}

/**
 * What stands before the content of an entry.
 *
 * @returns its length, and the name as far as it is among these bytes; undefined if there is none
 */
export function localHeaderIn(bytes: Buffer, at: number): { length: number; name: Buffer } | undefined {
  if (at < 0 || at + LOCAL_HEADER > bytes.length || bytes.readUInt32LE(at) !== SIGNATURE) return undefined;
  const nameLength = bytes.readUInt16LE(at + NAME_LENGTH);
  const nameAt = at + LOCAL_HEADER;
  const length = LOCAL_HEADER + nameLength + bytes.readUInt16LE(at + EXTRA_LENGTH);
  return { length, name: bytes.subarray(nameAt, nameAt + nameLength) };
}

function inflated(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    // One byte more than expected, to notice that the content is longer.
    return inflateRawSync(packed, { chunkSize: Math.max(size + 1, SMALLEST_CHUNK), maxOutputLength: size + 1 });
  } catch {
    // Damaged or longer: inflating it piece by piece tells which.
    return undefined;
  }
}
