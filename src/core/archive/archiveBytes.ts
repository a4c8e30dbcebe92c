// The bytes of an archive on disk: its end, which says what it holds, and any range before it. Each reading opens the
// file and closes it again.

import type { Env, OpenFile } from '../env.js';
import { BackupError } from '../errors.js';
import { diskError } from './diskErrors.js';
import { SEAL_LENGTH } from './seal.js';

/** From the central directory to the end of the file. */
export interface ArchiveTail {
  start: number;
  bytes: Uint8Array;
  fileSize: number;
}

const END_LENGTH = 22 + SEAL_LENGTH;
const END_SIGNATURE = 0x06054b50;
const LARGEST_DIRECTORY = 1 << 28;
const READ_SIZE = 1 << 16;

export function damagedArchive(path: string, reason: string, cause?: unknown): BackupError {
  return new BackupError('archive-damaged', `The archive ${path} is damaged: ${reason}.`, {
    path,
    hint: 'Verify the store: it says which files are affected, and which other archives still hold them.',
    cause,
  });
}

/** @throws BackupError `archive-damaged` where the file does not end as an archive does: cut short, longer, or something else */
export async function readTail(env: Env, path: string): Promise<ArchiveTail> {
  return reading(env, path, async (file) => {
    const fileSize = await file.size();
    const end = await readExactly(file, path, Math.max(0, fileSize - END_LENGTH), Math.min(fileSize, END_LENGTH));
    const isEnd = end.length === END_LENGTH && end.readUInt32LE(0) === END_SIGNATURE;
    if (!isEnd || end.readUInt16LE(20) !== SEAL_LENGTH)
      throw damagedArchive(path, 'it does not end as an archive does');
    const size = end.readUInt32LE(12);
    const start = end.readUInt32LE(16);
    const fits = start + size === fileSize - END_LENGTH && size <= LARGEST_DIRECTORY;
    if (!fits) throw damagedArchive(path, 'its directory is not where it should be');
    return { start, bytes: await readExactly(file, path, start, fileSize - start), fileSize };
  });
}

/** @throws BackupError `archive-damaged` where the file ends before */
export async function* readRange(env: Env, path: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  try {
    const file = await env.fs.open(path, 'read');
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
): Promise<Result> {
  try {
    const file = await env.fs.open(path, 'read');
    try {
      return await read(file);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw diskError(error, path);
  }
}

async function readExactly(file: OpenFile, path: string, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  if ((await file.read(bytes, position)) < length) throw damagedArchive(path, 'it is cut short');
  return bytes;
}
