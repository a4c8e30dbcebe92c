// A disk in memory, as far as locks use one. What it does is compared with the real one (P38).

import { dirname } from 'node:path';
import type { FileSystem, OpenFile } from '../../src/core/env.js';

export interface MemoryFolder extends FileSystem {
  /** The paths of all files, sorted. */
  names(): string[];
}

export function memoryFolder(): MemoryFolder {
  const folders = new Set<string>(['/']);
  const files = new Map<string, { bytes: Buffer }>();

  const failure = (code: string, path: string) => Object.assign(new Error(`${code}: ${path}`), { code });
  const unknown = () => Promise.reject(new Error('This disk in memory cannot do that.'));

  function get(path: string) {
    const file = files.get(path);
    if (!file) throw failure('ENOENT', path);
    return file;
  }

  /** A handle goes on to be one of the same file when that was removed. */
  function handleOf(file: { bytes: Buffer }): OpenFile {
    return {
      read: unknown,
      async append(bytes) {
        file.bytes = Buffer.concat([file.bytes, bytes]);
      },
      async sync() {},
      size: async () => file.bytes.length,
      async close() {},
    };
  }

  return {
    names: () => [...files.keys()].sort(),
    async open(path, mode) {
      if (mode === 'read') return handleOf(get(path));
      if (mode === 'append') return unknown();
      if (!folders.has(dirname(path))) throw failure('ENOENT', path);
      if (files.has(path)) throw failure('EEXIST', path);
      const file = { bytes: Buffer.alloc(0) };
      files.set(path, file);
      return handleOf(file);
    },
    readFile: async (path) => get(path).bytes,
    async remove(path) {
      files.delete(path);
    },
    async makeFolder(path) {
      for (let at = path; !folders.has(at); at = dirname(at)) folders.add(at);
    },
    async list(path) {
      if (!folders.has(path)) throw failure('ENOENT', path);
      return [...files.keys()].filter((name) => dirname(name) === path).map((name) => name.slice(path.length + 1));
    },
    async info(path) {
      const size = files.get(path)?.bytes.length;
      if (size !== undefined) return { kind: 'file', size, modified: 0 };
      return folders.has(path) ? { kind: 'folder', size: 0, modified: 0 } : undefined;
    },
    ...{ rename: unknown, removeFolder: unknown, syncFolder: unknown, setReadOnly: unknown, freeSpace: unknown },
  };
}
