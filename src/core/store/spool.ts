// Holds the content of one file until it is verified: what has entered an archive cannot be taken out again, so a file
// that must be read again from the board is read again before. Memory stays bounded; the rest goes to a temporary file.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env, OpenFile } from '../env.js';
import { messageOf } from '../errors.js';
import type { ContentHash } from '../tree.js';

const MEMORY_LIMIT = 1 << 20;
const READ_SIZE = 1 << 16;

/** How many bytes of the disk content of this size takes while it waits. */
export function spoolOnDisk(size: number): number {
  return size > MEMORY_LIMIT ? size : 0;
}

/** Content on its way from a board to an archive. */
export interface Spool {
  /** Bytes so far. */
  readonly size: number;
  /** Keeps a copy of `chunk`. @throws BackupError `store-full`, `store-denied`, `store-failed` */
  write(chunk: Uint8Array): Promise<void>;
  /** @returns the hash of all that was written so far */
  sha256(): ContentHash;
  /** All that was written, from the start; may be asked for more than once. */
  chunks(): AsyncIterable<Uint8Array>;
  /** Gives back memory and disk. To be called whatever happens; never rejects. */
  discard(): Promise<void>;
}

/** @param folder where a temporary file may lie: the store's own, which has the space; made when needed */
export function createSpool(env: Env, folder: string): Spool {
  const path = join(folder, `spool-${Buffer.from(env.random(8)).toString('hex')}.partial`);
  const hash = createHash('sha256');
  let memory: Uint8Array[] = [];
  let file: OpenFile | undefined;
  let size = 0;

  async function moveToDisk(): Promise<OpenFile> {
    await env.fs.makeFolder(folder);
    file = await env.fs.open(path, 'create');
    for (const chunk of memory) await file.append(chunk);
    memory = [];
    return file;
  }

  async function* readBack(): AsyncGenerator<Uint8Array> {
    if (!file) return yield* memory;
    const reading = await env.fs.open(path, 'read');
    try {
      for (let position = 0; position < size; ) {
        const buffer = new Uint8Array(Math.min(READ_SIZE, size - position));
        const count = await reading.read(buffer, position);
        if (count === 0) throw new Error('the temporary file has become shorter');
        position += count;
        yield buffer.subarray(0, count);
      }
    } finally {
      await reading.close();
    }
  }

  return {
    get size() {
      return size;
    },
    async write(chunk) {
      try {
        if (file || size + chunk.length > MEMORY_LIMIT) await (file ?? (await moveToDisk())).append(chunk);
        else memory.push(new Uint8Array(chunk));
      } catch (error) {
        throw diskError(error, path);
      }
      hash.update(chunk);
      size += chunk.length;
    },
    sha256: () => hash.copy().digest('hex') as ContentHash,
    async *chunks() {
      try {
        yield* readBack();
      } catch (error) {
        throw diskError(error, path);
      }
    },
    async discard() {
      memory = [];
      if (!file) return;
      try {
        await file.close().finally(() => env.fs.remove(path));
      } catch (error) {
        // Nothing depends on it, and the next backup clears away what is old.
        env.log.warn(`The temporary file ${path} could not be removed: ${messageOf(error)}`);
      }
    },
  };
}
