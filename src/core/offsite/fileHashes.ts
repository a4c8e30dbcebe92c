// The hashes of a file, all that places know in one reading.

import { createHash } from 'node:crypto';
import type { Env } from '../env.js';
import { throwIfCancelled } from '../errors.js';
import type { AllHashes } from './place.js';

const CHUNK_SIZE = 1 << 16;

/** @throws what the file system throws */
export async function hashesOf(
  env: Env,
  path: string,
  signal?: AbortSignal,
): Promise<{ size: number; hashes: AllHashes }> {
  const [sha256, sha1, md5] = [createHash('sha256'), createHash('sha1'), createHash('md5')];
  let size = 0;
  for await (const chunk of chunksOf(env, path)) {
    throwIfCancelled(signal);
    for (const hash of [sha256, sha1, md5]) hash.update(chunk);
    size += chunk.length;
  }
  return { size, hashes: { sha256: sha256.digest('hex'), sha1: sha1.digest('hex'), md5: md5.digest('hex') } };
}

export async function* chunksOf(env: Env, path: string): AsyncGenerator<Uint8Array> {
  const file = await env.fs.open(path, 'read');
  try {
    for (let at = 0; ; ) {
      const into = new Uint8Array(CHUNK_SIZE);
      const read = await file.read(into, at);
      if (read > 0) yield into.subarray(0, read);
      if (read < into.length) return;
      at += read;
    }
  } finally {
    await file.close();
  }
}
