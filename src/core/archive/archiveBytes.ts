// The bytes of an archive on disk: its end, which says what it holds, and any range before it. Each reading opens the
// file and closes it again. Of an encrypted archive they are what is inside: nobody else has to know.

import type { Env, OpenFile } from '../env.js';
import { t } from '../l10n.js';
import { decryptingFile, type Reading } from './age.js';
import { cutShortArchive, damagedArchive } from './archiveErrors.js';
import { isEncryptedName } from './archiveName.js';
import { diskError } from './diskErrors.js';
import { SEAL_LENGTH } from './seal.js';

/** The end of an archive, as it was read when the archive was opened. */
export interface ArchiveTail {
  fileSize: number;
  /** Where the central directory begins, and all bytes from there on. */
  start: number;
  bytes: Buffer;
  /** The last bytes of the file, often all: most often the manifest is among them, so that a listing reads once. */
  last: Buffer;
}

const END_LENGTH = 22 + SEAL_LENGTH;
const END_SIGNATURE = 0x06054b50;
const LARGEST_DIRECTORY = 1 << 28;
const READ_SIZE = 1 << 16;
/** What is read first: as much as yauzl looks at. The directory and the manifest of a board with 200 files have room in it. */
const LAST_BYTES = 20 + 22 + 0xffff;

/** @throws BackupError `archive-damaged` if the file does not end as an archive does: cut short, longer, or something else */
export async function readTail(env: Env, path: string): Promise<ArchiveTail> {
  return reading(env, path, async (file) => {
    const fileSize = await file.size();
    const lastStart = Math.max(0, fileSize - LAST_BYTES);
    const last = await readExactly(file, path, lastStart, fileSize - lastStart);
    const end = last.subarray(Math.max(0, last.length - END_LENGTH));
    const isEnd = end.length === END_LENGTH && end.readUInt32LE(0) === END_SIGNATURE;
    if (!isEnd || end.readUInt16LE(20) !== SEAL_LENGTH)
      throw cutShortArchive(path, t('it does not end as an archive does'));
    const size = end.readUInt32LE(12);
    const start = end.readUInt32LE(16);
    const fits = start + size === fileSize - END_LENGTH && size <= LARGEST_DIRECTORY;
    if (!fits) throw damagedArchive(path, t('its directory is not where it should be'));
    const isRead = start >= lastStart;
    const bytes = isRead ? last.subarray(start - lastStart) : await readExactly(file, path, start, fileSize - start);
    return { fileSize, start, bytes, last };
  });
}

/** @throws BackupError `archive-damaged` if the file ends before */
export function readRange(
  env: Env,
  path: string,
  start: number,
  end: number,
  reading: Reading = 'whole',
): AsyncGenerator<Uint8Array> {
  return pieces(() => openToRead(env, path, reading), path, start, end);
}

/** What is small enough to be in memory. @throws BackupError `archive-damaged` if the file ends before */
export function readBytes(env: Env, path: string, start: number, end: number): Promise<Buffer> {
  return reading(env, path, (file) => readExactly(file, path, start, end - start));
}

/** The first bytes of a file that is no archive, whatever its name. @throws BackupError `archive-damaged` if it ends before */
export function readFileBytes(env: Env, path: string, length: number): AsyncGenerator<Uint8Array> {
  return pieces(() => env.fs.open(path, 'read'), path, 0, length);
}

async function* pieces(
  open: () => Promise<OpenFile>,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  try {
    const file = await open();
    try {
      for (let position = start; position < end; position += READ_SIZE) {
        yield await readExactly(file, path, position, Math.min(READ_SIZE, end - position));
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskError(error, path);
  }
}

/** Opens, reads and closes; what the disk throws comes out as a BackupError. */
export async function reading<Result>(
  env: Env,
  path: string,
  read: (file: OpenFile) => Promise<Result>,
  how: Reading = 'whole',
): Promise<Result> {
  try {
    const file = await openToRead(env, path, how);
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskError(error, path);
  }
}

async function openToRead(env: Env, path: string, reading: Reading): Promise<OpenFile> {
  const file = await env.fs.open(path, 'read');
  if (!isEncryptedName(path)) return file;
  try {
    return await decryptingFile(env, file, path, reading);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** @throws BackupError `archive-damaged` if the file ends before */
export async function readExactly(file: OpenFile, path: string, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  if ((await file.read(bytes, position)) < length) throw cutShortArchive(path);
  return bytes;
}
