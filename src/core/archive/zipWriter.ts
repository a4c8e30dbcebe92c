// Writes a ZIP into a sink, piece by piece: memory does not grow with the files. Ends it with the seal.

import { createHash } from 'node:crypto';
import { deflateSync, Zip, ZipDeflate, type ZipInputFile, ZipPassThrough } from 'fflate';
import { BackupError } from '../errors.js';
import { SEAL_LENGTH, sealOf } from './seal.js';

/** Takes the bytes of an archive in order: an OpenFile does. */
export interface ByteSink {
  append(bytes: Uint8Array): Promise<void>;
}

/** Takes the entries of an archive, one after the other: into a ZIP, or into a plain folder. */
export interface EntryWriter {
  /** @param name ends with a slash; @param modified milliseconds since 1970 */
  addFolder(name: string, modified: number): Promise<void>;
  /** All of it is with the sink when this resolves: what a crash leaves is of use. @returns the bytes that the content takes in the archive */
  addFile(name: string, modified: number, size: number, chunks: AsyncIterable<Uint8Array>): Promise<number>;
  finish(): Promise<void>;
}

/** Content is stored as it is where its beginning does not shrink: music and machine code cost no time for nothing. */
const PROBE = 1 << 16;
const WORTHWHILE = 0.95;
const PIECE = 1 << 16;

/** What a ZIP holds without the ZIP64 extensions, which format 1 does not use. */
const MOST_ENTRIES = 0xffff;
const MOST_BYTES = 0xffff_ffff;
const LOCAL_HEADER = 30;
const DESCRIPTOR = 16;
const DIRECTORY_HEADER = 46;
const END_RECORD = 22;

const UNIX = 3;
const FILE_ATTRIBUTES = (0o100644 << 16) >>> 0;
const FOLDER_ATTRIBUTES = ((0o040755 << 16) | 0x10) >>> 0;

export function createZipWriter(sink: ByteSink): EntryWriter {
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

  /** @returns the bytes of the name */
  function begin(file: ZipInputFile, attributes: number, modified: number): number {
    const nameBytes = Buffer.byteLength(file.filename);
    entries += 1;
    directory += DIRECTORY_HEADER + nameBytes;
    if (entries > MOST_ENTRIES) throw tooLarge(`${MOST_ENTRIES} files`);
    file.os = UNIX;
    file.attrs = attributes;
    file.mtime = modified;
    zip.add(file);
    return nameBytes;
  }

  return {
    async addFolder(name, modified) {
      const folder = new ZipPassThrough(name);
      begin(folder, FOLDER_ATTRIBUTES, modified);
      folder.push(new Uint8Array(), true);
      if (waitingBytes >= PIECE) await flush();
    },
    async addFile(name, modified, size, chunks) {
      // Refused before anything is written: sizes that the headers cannot hold.
      if (bytes + directory + size > MOST_BYTES) throw tooLarge('4 GiB');
      const before = bytes;
      let nameBytes = 0;
      function beginWith(head: Uint8Array): ZipPassThrough | ZipDeflate {
        const shrinks = deflateSync(head).length < head.length * WORTHWHILE;
        const begun = shrinks ? new ZipDeflate(name) : new ZipPassThrough(name);
        nameBytes = begin(begun, FILE_ATTRIBUTES, modified);
        begun.push(head);
        return begun;
      }
      let file: ZipPassThrough | ZipDeflate | undefined;
      let head = Buffer.alloc(0);
      for await (const chunk of chunks) {
        // Copies: what waits here must not change when the caller uses its buffer again.
        if (file) file.push(new Uint8Array(chunk));
        else head = Buffer.concat([head, chunk]);
        if (!file && head.length >= PROBE) file = beginWith(head);
        if (waitingBytes >= PIECE) await flush();
      }
      file ??= beginWith(head);
      file.push(new Uint8Array(), true);
      if (bytes + directory > MOST_BYTES) throw tooLarge('4 GiB');
      await flush();
      return bytes - before - LOCAL_HEADER - nameBytes - DESCRIPTOR;
    },
    async finish() {
      await flush();
      zip.end();
      // fflate ends the archive with an empty comment: its length is in the last two bytes.
      const end = Buffer.concat(waiting);
      end.writeUInt16LE(SEAL_LENGTH, end.length - 2);
      hash.update(end);
      await sink.append(Buffer.concat([end, sealOf(hash.digest('hex'))]));
    },
  };
}

/** @param limit which is exceeded, as the end of a sentence */
export function tooLarge(limit: string): BackupError {
  return new BackupError('store-failed', `This backup would be larger than an archive can be: ${limit}.`, {
    hint: 'Leave out large folders with an exclude pattern, or back up one mount at a time.',
  });
}
