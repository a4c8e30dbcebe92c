// The index on the disk: `index.json`, and `index.age` for encrypted archives, which is encrypted itself: what their files are
// called is told to nobody without the key. With each row goes the key of its archive, so that a passphrase is stretched once
// for all of them. Whatever fails here is no failure: it is made again (P21).

import { join } from 'node:path';
import { isEncryptedName } from '../archive/archiveName.js';
import { knownKeys } from '../archive/knownKeys.js';
import type { Env } from '../env.js';
import { messageOf } from '../errors.js';
import { replaceFile } from './durable.js';
import { decryptedBeside, encryptedBeside, type Unlocked } from './encryption.js';
import { decodeIndex, encodeIndex, INDEX_LIMITS, type IndexRow } from './indexFile.js';

export const PLAIN_INDEX = 'index.json';
export const SEALED_INDEX = 'index.age';

/** None of it rejects because of what it reads, or cannot write: a store that cannot be written to can still be listed. */
export interface StoredIndex {
  load(): Promise<IndexRow[]>;
  loadSealed(key: Unlocked): Promise<IndexRow[]>;
  /** Of `rows`, those of plain archives. */
  save(rows: readonly IndexRow[]): Promise<void>;
  /** Of `rows`, those of encrypted archives. */
  saveSealed(key: Unlocked, rows: readonly IndexRow[]): Promise<void>;
}

/** @param root absolute path of the store */
export function createStoredIndex(env: Env, root: string): StoredIndex {
  async function loadFrom(
    name: string,
    isSealed: boolean,
    open: (bytes: Uint8Array) => Promise<Uint8Array | undefined>,
  ): Promise<IndexRow[]> {
    const path = join(root, name);
    try {
      const found = await env.fs.info(path);
      if (!found) return [];
      // Whoever opens a pipe waits forever, and whoever reads an endless file never ends.
      const isReadable = found.kind === 'file' && found.size <= INDEX_LIMITS.bytes;
      const bytes = isReadable ? await open(await env.fs.readFile(path)) : undefined;
      const rows = bytes && decodeIndex(bytes);
      // A row counts only if it may stand.
      if (rows) return rows.filter(({ archive }) => isEncryptedName(archive) === isSealed);
      env.log.debug(`${path} is damaged or of another version: it is made again.`);
    } catch (error) {
      env.log.debug(`${path} is made again: ${messageOf(error)}`);
    }
    return [];
  }

  async function saveTo(name: string, bytes: () => Promise<Uint8Array>): Promise<void> {
    const path = join(root, name);
    try {
      await replaceFile(env, path, await bytes());
    } catch (error) {
      env.log.debug(`${path} could not be written: ${messageOf(error)}`);
    }
  }

  return {
    load: () => loadFrom(PLAIN_INDEX, false, async (bytes) => bytes),
    async loadSealed(key) {
      const rows = await loadFrom(SEALED_INDEX, true, (bytes) => decryptedBeside(key, bytes));
      const { files, paths } = knownKeys(env.keys);
      for (const { archive, key } of rows) {
        if (!key) continue;
        files.set(key.digest, key.fileKey);
        paths.set(join(root, archive), key);
      }
      return rows;
    },
    save: (rows) =>
      saveTo(PLAIN_INDEX, async () => encodeIndex(rows.filter(({ archive }) => !isEncryptedName(archive)))),
    saveSealed: (key, rows) =>
      saveTo(SEALED_INDEX, () =>
        encryptedBeside(env, key, encodeIndex(rows.filter(({ archive }) => isEncryptedName(archive)))),
      ),
  };
}
