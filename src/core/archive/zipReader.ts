// Reads the ZIP of an archive. Keeps no file open between two reads, so that an archive can be moved or deleted (on Windows too), and
// nothing has to be closed. Trusts no header: sizes are limits, names are checked (P44).

import { pipeline, Readable } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  type LocalFileHeader,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import { collected } from '../chunks.js';
import type { Env } from '../env.js';
import { type BackupError, isBackupError, messageOf } from '../errors.js';
import { t } from '../l10n.js';
import { type ArchiveTail, readBytes, readExactly, reading, readRange, readTail } from './archiveBytes.js';
import { damagedArchive } from './archiveErrors.js';
import { isEntryName } from './entryName.js';
import { contentIn, LOCAL_HEADER, localHeaderIn, readAlready } from './readAlready.js';

export interface ZipEntry {
  name: string;
  /** Bytes of the content according to the header, which may be wrong. */
  size: number;
  storedSize: number;
  crc32: number;
}

export interface ZipReader {
  /** Absolute path of the archive. */
  readonly path: string;
  /** By name, in the order of the central directory; folders end with a slash. */
  readonly entries: ReadonlyMap<string, ZipEntry>;
  /** The content of one entry, never more than `size` bytes. @throws BackupError `archive-damaged`, `store-failed`, … */
  read(name: string): AsyncIterable<Uint8Array>;
  /** The whole content of an entry near the end of the file that was read when this was opened; undefined if it has to be read. */
  readAlready(name: string): Uint8Array | undefined;
  /** @returns true if there are bytes before, between or after the entries that belong to none */
  hasGaps(): Promise<boolean>;
}

/** Entries up to this many bytes, compressed and uncompressed, are read at once. */
const SMALL = 1 << 16;
const DESCRIPTOR = 16;
const HAS_DESCRIPTOR = 0x0008;

/** @throws BackupError `archive-damaged` for anything that is not an archive of format 1; `store-failed`, … if the disk fails */
export async function openZip(env: Env, path: string): Promise<ZipReader> {
  const tail = await readTail(env, path);
  const bytes = new BytesForYauzl(env, path, tail);
  const known = new Map<string, Entry>();
  let zip: ZipFile;
  try {
    const options = { autoClose: false, decodeStrings: false };
    zip = await fromRandomAccessReaderPromise(bytes, tail.fileSize, options);
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString('utf8');
      if (!isEntryName(name, entry.fileNameRaw)) throw damagedArchive(path, t('it holds a name that no archive has'));
      if (known.has(name)) throw damagedArchive(path, t('it holds a name twice'));
      if (entry.isEncrypted() || !entry.canDecodeFileData())
        throw damagedArchive(path, t('an entry has an unexpected form'));
      known.set(name, entry);
    }
    bytes.isOpening = false;
  } catch (error) {
    throw asDamage(path, error);
  }

  async function localHeader(entry: Entry): Promise<LocalFileHeader> {
    try {
      return await zip.readLocalFileHeaderPromise(entry);
    } catch (error) {
      throw asDamage(path, error);
    }
  }

  let places: EntryPlaces | undefined;

  /** Where entries share their bytes, a small file has more content than anybody can ever read: a bomb (P44). */
  async function refuseShared(entry: Entry): Promise<void> {
    const { relativeOffsetOfLocalHeader: start, fileNameRaw: name, compressedSize } = entry;
    places ??= placesOf(known.values());
    const header = (at: number) => readBytes(env, path, at, at + LOCAL_HEADER + name.length);
    const end = start + LOCAL_HEADER + name.length + compressedSize;
    const next = places.next.get(start);
    // Which of them is damaged, what stands there tells: the others can be read.
    const isOfAnother = places.shared.has(start) && !localHeaderIn(await header(start), 0)?.name.equals(name);
    if (isOfAnother || (next !== undefined && end > next && localHeaderIn(await header(next), 0)))
      throw damagedArchive(path, t('{0} shares its bytes with another entry', JSON.stringify(name.toString())));
  }

  /** Most files of a board are small, and one read is enough. @returns undefined if it is not */
  async function readWhole(entry: Entry): Promise<Uint8Array | undefined> {
    if (entry.compressedSize > SMALL || entry.uncompressedSize > SMALL) return undefined;
    const start = entry.relativeOffsetOfLocalHeader;
    const end = start + LOCAL_HEADER + entry.fileNameLength + entry.extraFieldLength + entry.compressedSize;
    return end > tail.start ? undefined : contentIn(await readBytes(env, path, start, end), 0, entry);
  }

  async function* read(name: string): AsyncGenerator<Uint8Array> {
    const entry = known.get(name);
    if (!entry) throw damagedArchive(path, t('it has no entry {0}', JSON.stringify(name)));
    await refuseShared(entry);
    const whole = await readWhole(entry);
    if (whole) {
      if (whole.length > 0) yield whole;
      return;
    }
    const start = (await localHeader(entry)).fileDataStart;
    const packed = readRange(env, path, start, start + entry.compressedSize);
    let size = 0;
    try {
      for await (const chunk of entry.compressionMethod === 0 ? packed : inflated(packed)) {
        size += chunk.length;
        // A ZIP bomb yields no more than its header says; the caller compares that with the manifest.
        if (size > entry.uncompressedSize)
          throw damagedArchive(path, t('{0} has more bytes than the archive says', JSON.stringify(name)));
        yield chunk;
      }
    } catch (error) {
      throw asDamage(path, error);
    }
    if (size < entry.uncompressedSize)
      throw damagedArchive(path, t('{0} has fewer bytes than the archive says', JSON.stringify(name)));
  }

  const entries = new Map(
    [...known].map(([name, entry]) => {
      return [name, { name, size: entry.uncompressedSize, storedSize: entry.compressedSize, crc32: entry.crc32 }];
    }),
  );

  return {
    path,
    entries,
    read,
    readAlready(name) {
      const entry = known.get(name);
      return entry && readAlready(tail, entry);
    },
    async hasGaps() {
      const inOrder = [...known.values()].sort(
        (one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader,
      );
      return reading(env, path, async (file) => {
        let position = 0;
        for (const entry of inOrder) {
          const at = entry.relativeOffsetOfLocalHeader;
          const header = localHeaderIn(await readExactly(file, path, at, LOCAL_HEADER + entry.fileNameLength), 0);
          if (at !== position || !header?.name.equals(entry.fileNameRaw)) return true;
          const descriptor = (entry.generalPurposeBitFlag & HAS_DESCRIPTOR) === 0 ? 0 : DESCRIPTOR;
          position += header.length + entry.compressedSize + descriptor;
        }
        return position !== tail.start;
      });
    },
  };
}

/** Where entries begin, by the directory. */
interface EntryPlaces {
  /** Where more than one does. */
  shared: ReadonlySet<number>;
  /** From the place of each to that of the next one. */
  next: ReadonlyMap<number, number>;
}

function placesOf(entries: Iterable<Entry>): EntryPlaces {
  const starts = [...entries].map((entry) => entry.relativeOffsetOfLocalHeader).sort((one, other) => one - other);
  const shared = new Set(starts.filter((start, index) => starts[index + 1] === start));
  const all = [...new Set(starts)];
  return { shared, next: new Map(all.slice(1).map((next, index) => [all[index] ?? 0, next])) };
}

export async function* inflated(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const inflate = createInflateRaw();
  // Errors reach whoever reads `inflate`, so the callback has nothing to do.
  pipeline(Readable.from(packed), inflate, () => {});
  yield* inflate;
}

/** Errors of yauzl and zlib mean that the archive is damaged; their words are for experts. */
export function asDamage(path: string, error: unknown): BackupError {
  if (isBackupError(error)) return error;
  return damagedArchive(path, t('its bytes are damaged ({0})', messageOf(error)), error);
}

/** Gives yauzl the directory from memory, and local headers from disk. Content is not read through yauzl, so that it can be limited. */
class BytesForYauzl extends RandomAccessReader {
  /** Until the directory is read, the end of the file that is in memory is enough. Later reads go to the disk again (P11). */
  isOpening = true;

  constructor(
    private readonly env: Env,
    private readonly path: string,
    private readonly tail: ArchiveTail,
  ) {
    super();
  }

  override read(
    into: Buffer,
    offset: number,
    length: number,
    position: number,
    done: (error: Error | null) => void,
  ): void {
    const { start, bytes, last, fileSize } = this.tail;
    const held = position < start && this.isOpening ? last : bytes;
    const from = position - (fileSize - held.length);
    if (from >= 0 && from + length <= held.length) {
      into.set(held.subarray(from, from + length), offset);
      done(null);
      return;
    }
    collected(readRange(this.env, this.path, position, position + length)).then((found) => {
      into.set(found, offset);
      done(null);
    }, done);
  }
}
