// The files of an archive that is in no store that is in use: from the archive itself, and from what lies beside it.

import { join } from 'node:path';
import type { Manifest, ManifestFile } from '../archive/manifest.js';
import { openArchive } from '../archive/reader.js';
import { proven } from '../archive/verified.js';
import type { Env, FileSystem, OpenFile } from '../env.js';
import { isBackupError } from '../errors.js';
import { contentMissing } from '../store/contents.js';
import type { Store } from '../store/store.js';
import { homeOf } from './archiveHome.js';

export interface OutsideArchive {
  manifest: Manifest;
  /** Bytes that are proven right. @throws BackupError `archive-damaged`, `content-missing`, `store-…` */
  read(file: ManifestFile): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * @param path absolute
 * @param own the store in use, which may have the bytes, too
 * @param isLocal false for one that was brought here: nothing lies beside it
 */
export async function openOutside(
  env: Env,
  path: string,
  own: Store | undefined,
  isLocal: boolean,
): Promise<OutsideArchive> {
  const { manifest, contents, zip } = await openArchive(env, path);
  const places = new Map(contents.map((content) => [content.sha256, content]));
  return {
    manifest,
    async read(file) {
      const place = places.get(file.sha256);
      if (place) return proven(() => zip.read(place.stored), file, path);
      const stores = [...(isLocal ? [(await homeOf(env, path, own)).store] : []), ...(own ? [own] : [])];
      for (const store of new Set(stores)) {
        try {
          await store.list();
          return await begun(store.readContent(file));
        } catch (error) {
          if (!isBackupError(error, 'content-missing')) throw error;
        }
      }
      throw contentMissing(file, []);
    },
  };
}

/** Whether it can be had shows with the first bytes. */
async function begun(chunks: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      // Whoever wants no more of it leaves no file open.
      await iterator.return?.();
    }
  })();
}

/** An env in which there is one file more, whose bytes are in memory: what was brought here from a place that is no disk. @returns its path, too */
export function withFileInMemory(
  env: Env,
  folder: string,
  name: string,
  bytes: Uint8Array,
  modified: number,
): { env: Env; path: string } {
  const path = join(folder, name);
  const file: OpenFile = {
    async read(into, position) {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      return part.length;
    },
    size: async () => bytes.length,
    append: () => Promise.reject(new Error('it was opened to be read')),
    sync: async () => {},
    close: async () => {},
  };
  const fs: FileSystem = {
    ...env.fs,
    open: async (at, mode) => (at === path && mode === 'read' ? file : env.fs.open(at, mode)),
    readFile: async (at) => (at === path ? bytes : env.fs.readFile(at)),
    info: async (at) => (at === path ? { kind: 'file', size: bytes.length, modified } : env.fs.info(at)),
  };
  return { env: { ...env, fs }, path };
}
