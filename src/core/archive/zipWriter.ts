// Writes a ZIP into a sink piece by piece, so that memory does not grow with the files. The seal ends it.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { ZipInputFile } from 'fflate';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { pack } from './packing.js';
import { SEAL_LENGTH, sealOf } from './seal.js';

/** Receives the bytes of an archive in order, as an OpenFile does. */
export interface ByteSink {
  append(bytes: Uint8Array): Promise<void>;
}

/** Receives the entries of an archive one after the other, for a ZIP or for a plain folder. */
export interface EntryWriter {
  /** @param name ends with a slash; @param modified milliseconds since 1970 */
  addFolder(name: string, modified: number): Promise<void>;
  /** When this resolves, the sink has all of it, so that what a crash leaves can be used. @returns the bytes that the content takes in the archive */
  addFile(name: string, modified: number, size: number, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  finish(): Promise<void>;
}

const PIECE = 1 << 16;

/** What a ZIP holds without the ZIP64 extensions, which format 1 does not use. */
const MOST_ENTRIES = 0xffff;
const MOST_BYTES = 0xffff_ffff;
const DIRECTORY_HEADER = 46;
const END_RECORD = 22;

const UNIX = 3;
const DEFLATED = 8;
const FILE_ATTRIBUTES = (0o100644 << 16) >>> 0;
const NOTHING = new Uint8Array();
const FOLDER_ATTRIBUTES = ((0o040755 << 16) | 0x10) >>> 0;

export async function createZipWriter(sink: ByteSink): Promise<EntryWriter> {
  // fflate computes tables when it is loaded, which are needed only for writing.
  const { Zip } = await import('fflate');
  const hash = createHash('sha256');
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let bytes = 0;
  let entries = 0;
  let directory = END_RECORD + SEAL_LENGTH;

  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    waiting.push(chunk);
    waitingBytes += chunk.length;
    bytes += chunk.length;
  });

  async function flush(): Promise<void> {
    const piece = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(piece);
    await sink.append(piece);
  }

  /** @param modified milliseconds since 1970. @returns receives the bytes of the entry as they are stored */
  function begin(
    entry: TalliedEntry,
    attributes: number,
    modified: number,
  ): (packed: Uint8Array<ArrayBuffer>, isLast?: true) => void {
    entries += 1;
    directory += DIRECTORY_HEADER + Buffer.byteLength(entry.filename);
    if (entries > MOST_ENTRIES) throw tooLarge(t('{0} files', MOST_ENTRIES));
    entry.os = UNIX;
    entry.attrs = attributes;
    entry.mtime = modified;
    zip.add(entry);
    return (packed, isLast) => entry.ondata?.(null, packed, isLast === true);
  }

  return {
    async addFolder(name, modified) {
      const put = begin(newEntry(name), FOLDER_ATTRIBUTES, modified);
      put(NOTHING, true);
      if (waitingBytes >= PIECE) await flush();
    },
    async addFile(name, modified, size, chunks) {
      // Sizes that the headers cannot hold are refused before anything is written.
      if (bytes + directory + size > MOST_BYTES) throw tooLarge('4 GiB');
      const entry = newEntry(name);
      const packed = await pack(tallied(entry, chunks), size);
      if (packed.isDeflated) entry.compression = DEFLATED;
      const put = begin(entry, FILE_ATTRIBUTES, modified);
      let storedSize = 0;
      for await (const chunk of packed.chunks) {
        put(chunk);
        storedSize += chunk.length;
        if (waitingBytes >= PIECE) await flush();
      }
      put(NOTHING, true);
      if (bytes + directory > MOST_BYTES) throw tooLarge('4 GiB');
      await flush();
      return storedSize;
    },
    async finish() {
      await flush();
      zip.end();
      // fflate ends the archive with an empty comment, whose length is in the last two bytes.
      const end = Buffer.concat(waiting);
      end.writeUInt16LE(SEAL_LENGTH, end.length - 2);
      hash.update(end);
      await sink.append(Buffer.concat([end, sealOf(hash.digest('hex'))]));
    },
  };
}

/** An entry that counts its content: fflate writes size and CRC after it. */
type TalliedEntry = ZipInputFile & { size: number; crc: number };

function newEntry(filename: string): TalliedEntry {
  return { filename, compression: 0, size: 0, crc: 0 };
}

async function* tallied(entry: TalliedEntry, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    entry.size += chunk.length;
    entry.crc = crc32(chunk, entry.crc);
    yield chunk;
  }
}

/** @param limit that is exceeded, as the end of a sentence */
export function tooLarge(limit: string): BackupError {
  return new BackupError('store-failed', t('This backup would be larger than an archive can be: {0}.', limit), {
    hint: t('Leave out large folders with an exclude pattern, or back up one mount at a time.'),
  });
}
