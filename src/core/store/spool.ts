// Holds the content of one file until it is verified: what has entered an archive cannot be taken out again, so a file
// that must be read again from the board is read again before. Memory stays bounded; the rest goes to a temporary file, which
// is encrypted with a key that nobody else has: what a killed process leaves of it tells nothing.

import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env, OpenFile } from '../env.js';
import { messageOf } from '../errors.js';
import type { ContentHash } from '../tree.js';

const MEMORY_LIMIT = 1 << 20;
const READ_SIZE = 1 << 16;
const CIPHER = 'aes-256-ctr';

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
  // Nothing is sealed: whoever takes it holds it against its hash.
  const [key, start] = [env.random(32), env.random(16)];
  const cipher = createCipheriv(CIPHER, key, start);
  let memory: Uint8Array[] = [];
  let file: OpenFile | undefined;
  let size = 0;

  async function moveToDisk(): Promise<OpenFile> {
    await env.fs.makeFolder(folder);
    file = await env.fs.open(path, 'create');
    for (const chunk of memory) await file.append(cipher.update(chunk));
    memory = [];
    return file;
  }

  async function* readBack(): AsyncGenerator<Uint8Array> {
    if (!file) return yield* memory;
    const decipher = createDecipheriv(CIPHER, key, start);
    const reading = await env.fs.open(path, 'read');
    try {
      for (let position = 0; position < size; ) {
        const buffer = new Uint8Array(Math.min(READ_SIZE, size - position));
        const count = await reading.read(buffer, position);
        if (count === 0) throw new Error('the temporary file has become shorter');
        position += count;
        yield decipher.update(buffer.subarray(0, count));
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
        if (file || size + chunk.length > MEMORY_LIMIT)
          await (file ?? (await moveToDisk())).append(cipher.update(chunk));
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
