// A folder of the host as the board's flash. Every write is in the folder when Python's call returns, so killing the
// board's thread is a power cut. Nothing outside the folder can be reached: symbolic links do not exist for the board.

import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { systemCode } from '../../errors.js';
import type { EmscriptenFs, FsMount, FsNode, FsStream } from './emscripten.js';
import { emscriptenErrno } from './errnos.js';

export interface FlashOptions {
  /** Absolute path of the host's folder. */
  folder: string;
  /** How many bytes of files fit; a write beyond fails with ENOSPC. */
  capacity: number;
}

const blockSize = 4096;
const fileMode = 0o100666;
const folderMode = 0o040777;
/** Set in `flags` if a folder is opened to be listed (O_DIRECTORY). */
const openFolder = 0x10000;

/** Puts the folder in the place of Emscripten's root, so that Python's `/` holds the flash and nothing else. */
export function mountFlash(system: EmscriptenFs, { folder, capacity }: FlashOptions): void {
  const place = (node: FsNode): string => (node.parent === node ? folder : join(place(node.parent), node.name));
  const space = spaceOf(folder, capacity);

  /** Runs a call into Node and turns its error into Emscripten's. */
  function host<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (error instanceof system.ErrnoError) throw error;
      throw new system.ErrnoError(emscriptenErrno(systemCode(error)));
    }
  }

  function fail(name: string): never {
    throw new system.ErrnoError(emscriptenErrno(name));
  }

  function childPlace(parent: FsNode, name: string): string {
    // On Windows a name may hold a separator or a drive: such a name could lead out of the folder.
    if (basename(name) !== name || (process.platform === 'win32' && /[:\\]/.test(name))) fail('EINVAL');
    return join(place(parent), name);
  }

  function makeNode(parent: FsNode | null, name: string, mode: number): FsNode {
    const node = new system.FSNode(parent, name, mode, 0);
    node.node_ops = nodeOperations;
    node.stream_ops = streamOperations;
    return node;
  }

  const nodeOperations = {
    getattr(node: FsNode) {
      const { size, mtime, ctime, atime } = host(() => fs.lstatSync(place(node)));
      const blocks = Math.ceil(size / 512);
      const fixed = { dev: 1, ino: 1, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: blockSize };
      return { ...fixed, mode: node.mode, size: node.mode === folderMode ? 0 : size, blocks, mtime, ctime, atime };
    },
    setattr(node: FsNode, { size }: { size?: number }) {
      if (size === undefined) return;
      host(() => fs.truncateSync(place(node), size));
      space.forget();
    },
    lookup(parent: FsNode, name: string) {
      const found = host(() => fs.lstatSync(childPlace(parent, name)));
      if (found.isDirectory()) return makeNode(parent, name, folderMode);
      return found.isFile() ? makeNode(parent, name, fileMode) : fail('ENOENT');
    },
    mknod(parent: FsNode, name: string, mode: number) {
      const isFolder = (mode & 0o170000) === 0o040000;
      const path = childPlace(parent, name);
      host(() => (isFolder ? fs.mkdirSync(path) : fs.closeSync(fs.openSync(path, 'wx'))));
      return makeNode(parent, name, isFolder ? folderMode : fileMode);
    },
    rename(node: FsNode, newParent: FsNode, newName: string) {
      const target = childPlace(newParent, newName);
      host(() => fs.renameSync(place(node), target));
      node.name = newName;
      space.forget();
    },
    unlink(parent: FsNode, name: string) {
      host(() => fs.unlinkSync(childPlace(parent, name)));
      space.forget();
    },
    rmdir(parent: FsNode, name: string) {
      host(() => fs.rmdirSync(childPlace(parent, name)));
    },
    readdir(node: FsNode) {
      const found = host(() => fs.readdirSync(place(node), { withFileTypes: true }));
      return ['.', '..', ...found.filter((entry) => entry.isFile() || entry.isDirectory()).map((entry) => entry.name)];
    },
    statfs() {
      const free = Math.floor(Math.max(0, capacity - space.used()) / blockSize);
      const blocks = Math.floor(capacity / blockSize);
      return { bsize: blockSize, frsize: blockSize, blocks, bfree: free, bavail: free, namelen: 255 };
    },
  };

  const streamOperations = {
    open(stream: FsStream) {
      if (stream.node.mode === folderMode && (stream.flags & openFolder) === 0) fail('EISDIR');
      if (stream.node.mode === folderMode) return;
      stream.hostFd = host(() => fs.openSync(place(stream.node), (stream.flags & 3) === 0 ? 'r' : 'r+'));
    },
    close(stream: FsStream) {
      const { hostFd } = stream;
      if (hostFd !== undefined) host(() => fs.closeSync(hostFd));
    },
    read(stream: FsStream, buffer: Int8Array, offset: number, length: number, position: number) {
      const { hostFd } = stream;
      if (hostFd === undefined) return fail('EBADF');
      return length === 0 ? 0 : host(() => fs.readSync(hostFd, buffer, offset, length, position));
    },
    write(stream: FsStream, buffer: Int8Array, offset: number, length: number, position: number) {
      const { hostFd } = stream;
      if (hostFd === undefined) return fail('EBADF');
      const growth = position + length - host(() => fs.fstatSync(hostFd)).size;
      if (growth > 0 && !space.take(growth)) return fail('ENOSPC');
      return host(() => fs.writeSync(hostFd, buffer, offset, length, position));
    },
    llseek(stream: FsStream, offset: number, whence: number) {
      const size = () => host(() => fs.lstatSync(place(stream.node))).size;
      const position = offset + (whence === 1 ? stream.position : whence === 2 ? size() : 0);
      return position < 0 ? fail('EINVAL') : position;
    },
    fsync(stream: FsStream) {
      const { hostFd } = stream;
      if (hostFd !== undefined) host(() => fs.fsyncSync(hostFd));
      return 0;
    },
  };

  const mount: FsMount = { type: {}, opts: { root: folder }, mountpoint: '/', mounts: [] };
  const root = makeNode(null, '/', folderMode);
  root.mount = mount;
  system.root = root;
  // Emscripten would remember every name it met; but the folder is the host's, which may change it at any time.
  system.hashAddNode = () => {};
}

/** Counts the bytes of files in a folder; again only after something was removed or shortened. */
function spaceOf(folder: string, capacity: number): { used(): number; take(bytes: number): boolean; forget(): void } {
  let known: number | undefined;
  const used = () => {
    known ??= sizeOfTree(folder);
    return known;
  };
  return {
    used,
    take(bytes) {
      if (used() + bytes > capacity) known = undefined;
      if (used() + bytes > capacity) return false;
      known = used() + bytes;
      return true;
    },
    forget() {
      known = undefined;
    },
  };
}

function sizeOfTree(folder: string): number {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .map((entry) => {
      if (entry.isDirectory()) return sizeOfTree(join(folder, entry.name));
      return entry.isFile() ? fs.lstatSync(join(folder, entry.name)).size : 0;
    })
    .reduce((sum, size) => sum + size, 0);
}
