// A disk in memory that keeps a record of everything done to it. The running process sees each effect at once; the record says
// what a power cut may take back (powerCuts.ts). test/core/powerCutFileSystem.test.ts compares it with a real disk.

import type { FileInfo, FileSystem, OpenFile } from '../../src/core/env.js';
import { systemCode } from '../../src/core/errors.js';
import {
  applyEffect,
  copyImage,
  type Effect,
  fileAt,
  folderAt,
  type Image,
  joined,
  type Place,
  type StoredFile,
  type StoredFolder,
  TOP,
} from './diskImage.js';

export interface RecordingDisk {
  fs: FileSystem;
  /** As the running process sees it: changes with every effect. */
  image: Image;
  /** Every effect so far, in its order. */
  effects: readonly Effect[];
}

const FREE = 1 << 30;

/** @param start is copied */
export function recordingDisk(start: Image): RecordingDisk {
  const image = copyImage(start);
  const effects: Effect[] = [];
  let last = Math.max(...image.keys());
  let time = Math.max(...[...image.values()].map(({ modified }) => modified));

  /** No two writes have the same, and every run has the same. */
  function now(): number {
    time += 1000;
    return time;
  }

  function act(effect: Effect): void {
    applyEffect(image, effect);
    effects.push(effect);
  }

  function create(to: Place, what: 'file' | 'folder'): number {
    last += 1;
    act({ kind: 'create', to, node: last, what, modified: now() });
    return last;
  }

  /** @returns the place, and the number of what stands there */
  function find(path: string): { place: Place; node: number | undefined } {
    const parts = path.split(/[\\/]/).filter((part) => part !== '');
    const name = parts.pop();
    if (name === undefined) return { place: { folder: TOP, name: '' }, node: TOP };
    let folder = TOP;
    for (const part of parts) {
      folder = folderAt(image, folder).names.get(part) ?? refuse('ENOENT', path);
      if (image.get(folder)?.kind !== 'folder') refuse('ENOTDIR', path);
    }
    return { place: { folder, name }, node: folderAt(image, folder).names.get(name) };
  }

  function existing(path: string): [number, StoredFile | StoredFolder] {
    const { node = refuse('ENOENT', path) } = find(path);
    return [node, image.get(node) ?? refuse('ENOENT', path)];
  }

  function handle(node: number, path: string, mode: 'read' | 'create' | 'append'): OpenFile {
    let isOpen = true;
    const allow = (isAllowed = true) => void ((isOpen && isAllowed) || refuse('EBADF', path));
    return {
      async read(into, position) {
        // Nothing to fill asks the disk nothing.
        if (into.length === 0) return 0;
        allow(mode === 'read');
        if (image.get(node)?.kind === 'folder') refuse('EISDIR', path);
        const part = fileAt(image, node).bytes.subarray(position, position + into.length);
        into.set(part);
        return part.length;
      },
      async append(bytes) {
        if (bytes.length === 0) return;
        allow(mode !== 'read');
        act({ kind: 'append', node, bytes: new Uint8Array(bytes), modified: now() });
      },
      async sync() {
        allow();
        act({ kind: image.get(node)?.kind === 'folder' ? 'syncFolder' : 'sync', node });
      },
      async size() {
        allow();
        const stored = image.get(node);
        return stored?.kind === 'file' ? stored.bytes.length : 0;
      },
      async close() {
        isOpen = false;
      },
    };
  }

  function open(path: string, mode: 'read' | 'create' | 'append'): OpenFile {
    const { place, node } = find(path);
    if (node === undefined) return mode === 'read' ? refuse('ENOENT', path) : handle(create(place, 'file'), path, mode);
    if (mode === 'create') return refuse('EEXIST', path);
    if (mode === 'append' && image.get(node)?.kind === 'folder') return refuse('EISDIR', path);
    return handle(node, path, mode);
  }

  function rename(from: string, to: string): void {
    const source = find(from);
    const target = find(to);
    const { node = refuse('ENOENT', from) } = source;
    if (node === target.node) return;
    const isFolder = image.get(node)?.kind === 'folder';
    if (target.node !== undefined) {
      const replaced = image.get(target.node);
      if (replaced?.kind === 'folder' && isInside(source.place.folder, target.node)) refuse('ENOTEMPTY', to);
      if (isFolder && isInside(target.place.folder, node)) refuse('EINVAL', to);
      if (isFolder && replaced?.kind === 'file') refuse('ENOTDIR', to);
      if (!isFolder && replaced?.kind === 'folder') refuse('EISDIR', to);
      if (replaced?.kind === 'folder' && replaced.names.size > 0) refuse('ENOTEMPTY', to);
    } else if (isFolder && isInside(target.place.folder, node)) refuse('EINVAL', to);
    act({ kind: 'rename', from: source.place, to: target.place, node });
  }

  function isInside(folder: number, outer: number): boolean {
    if (folder === outer) return true;
    return [...folderAt(image, outer).names.values()].some(
      (node) => image.get(node)?.kind === 'folder' && isInside(folder, node),
    );
  }

  function remove(path: string): void {
    const { place, node } = find(path);
    if (node === undefined) return;
    if (image.get(node)?.kind === 'folder') refuse('ERR_FS_EISDIR', path);
    act({ kind: 'remove', from: place, node });
  }

  function makeFolder(path: string): void {
    const parts = path.split(/[\\/]/).filter((part) => part !== '');
    for (let count = 1; count <= parts.length; count++) {
      const { place, node } = find(`/${parts.slice(0, count).join('/')}`);
      if (node === undefined) create(place, 'folder');
      else if (image.get(node)?.kind === 'file') refuse(count === parts.length ? 'EEXIST' : 'ENOTDIR', path);
    }
  }

  function info(path: string): FileInfo | undefined {
    try {
      const [, stored] = existing(path);
      return {
        kind: stored.kind,
        size: stored.kind === 'file' ? stored.bytes.length : 0,
        modified: stored.modified,
      };
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  const fs: FileSystem = {
    open: async (path, mode) => open(path, mode),
    async readFile(path) {
      const [, stored] = existing(path);
      return stored.kind === 'file' ? joined(stored.bytes, new Uint8Array()) : refuse('EISDIR', path);
    },
    rename: async (from, to) => rename(from, to),
    async remove(path) {
      try {
        remove(path);
      } catch (error) {
        // Nor is there a file where there is no folder for it.
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    },
    makeFolder: async (path) => makeFolder(path),
    async removeFolder(path) {
      try {
        const { place, node } = find(path);
        const [, stored] = existing(path);
        if (stored.kind === 'file') refuse('ENOTDIR', path);
        else if (stored.names.size === 0 && node !== undefined) act({ kind: 'remove', from: place, node });
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    },
    async list(path) {
      const [, stored] = existing(path);
      return stored.kind === 'folder' ? [...stored.names.keys()] : refuse('ENOTDIR', path);
    },
    info: async (path) => info(path),
    async syncFolder(path) {
      const [node, { kind }] = existing(path);
      act({ kind: kind === 'folder' ? 'syncFolder' : 'sync', node });
    },
    // Who may write is no matter of a power cut: what is lost is lost whatever its rights.
    setReadOnly: async (path) => void existing(path),
    async freeSpace(path) {
      existing(path);
      return FREE;
    },
  };
  return { fs, image, effects };
}

class Refusal extends Error {
  constructor(
    readonly code: string,
    path: string,
  ) {
    super(`${code}: ${path}`);
  }
}

/** Stores ask for much that is not there: to note each time where that was takes longer than to ask. */
function refuse(code: string, path: string): never {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const refusal = new Refusal(code, path);
  Error.stackTraceLimit = stackTraceLimit;
  throw refusal;
}
