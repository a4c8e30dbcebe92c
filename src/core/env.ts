// Everything that the core uses of the outside: files, time, random bytes, other processes, keys, and the log. Tests replace it: with a
// clock that stands still, a disk that fills up, a power cut.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { BackupError, systemCode } from './errors.js';
import { t } from './l10n.js';

/** A file opened by {@link FileSystem.open}. Offsets and lengths in bytes. */
export interface OpenFile {
  /** Fills `into` from `position` on. @returns the bytes that were read: fewer only at the end of the file */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Appends all of `bytes`, or rejects: a short write never counts as a complete one (P05). */
  append(bytes: Uint8Array): Promise<void>;
  sync(): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

export interface FileInfo {
  kind: 'file' | 'folder' | 'other';
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface FileSystem {
  /**
   * @param mode `read`: an existing file. `create`: a file that must not exist yet (else rejects with `EEXIST`). `append`: made if missing
   * @throws BackupError `store-failed` if `read` finds a pipe, a socket or a device
   */
  open(path: string, mode: 'read' | 'create' | 'append'): Promise<OpenFile>;
  readFile(path: string): Promise<Uint8Array>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file; a missing one is no error. */
  remove(path: string): Promise<void>;
  /** Makes a folder and its parents; one that exists is no error. */
  makeFolder(path: string): Promise<void>;
  /** Removes a folder that is empty; one that is missing or holds something is no error, and stays as it is. */
  removeFolder(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  /** @returns undefined if nothing has that name */
  info(path: string): Promise<FileInfo | undefined>;
  /** Makes the names in a folder survive a power cut. If the system cannot (Windows), does nothing. */
  syncFolder(path: string): Promise<void>;
  /** Makes a file read-only. If the system has no such permission, does nothing. */
  setReadOnly(path: string): Promise<void>;
  /** Free bytes for this user on the disk that holds `path`. */
  freeSpace(path: string): Promise<number>;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970. For names and records, never for measuring. */
  now(): number;
  /** Monotonic milliseconds, for durations and rates. */
  ticks(): number;
  /** IANA name, such as `Europe/Berlin`. */
  timeZone(): string;
  /** Resolves after `ms`, or at once if `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Identifies this process for others, and tells whether another one still runs. */
export interface Processes {
  /** Unique among all running processes: the process id, and a hash of the computer (and container) that it is valid on: `4711-1a2b3c4d`. */
  readonly own: string;
  /** Distinguishes this process from a later one with the same id: 8 hex digits; absent if the system does not say when a process began. */
  readonly birth?: string | undefined;
  /**
   * @param birth the `birth` of that process, if known
   * @returns false if that process has certainly ended; true also if that cannot be known, as on another computer
   */
  mayRun(process: string, birth?: string): boolean;
}

export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Source of secrets: a secret is a passphrase, or the identity in a key file (`AGE-SECRET-KEY-1…`). */
export interface KeyRing {
  /**
   * Called when something encrypted is to be opened, and not before; may ask the user.
   *
   * @param path of the archive or the store
   * @returns secrets that may open it, the likeliest first; empty if there are none
   */
  secretsFor(path: string): Promise<readonly string[]>;
}

export interface Env {
  fs: FileSystem;
  clock: Clock;
  /** @returns that many random bytes */
  random(count: number): Uint8Array;
  processes: Processes;
  log: Log;
  keys: KeyRing;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A key ring without keys. Not shared, because what was opened once is remembered per ring (knownKeys.ts). */
export function emptyKeyRing(): KeyRing {
  return { secretsFor: async () => [] };
}

/** The real one. */
export function realEnv(log: Log = silentLog, keys: KeyRing = emptyKeyRing()): Env {
  return {
    fs: realFileSystem,
    clock: realClock,
    random: (count) => randomBytes(count),
    processes: realProcesses(),
    log,
    keys,
  };
}

const realClock: Clock = {
  now: () => Date.now(),
  ticks: () => performance.now(),
  timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

function realProcesses(): Processes {
  const place = createHash('sha256')
    .update(`${hostname()} ${process.platform} ${processSpace()}`)
    .digest('hex')
    .slice(0, 8);
  return {
    own: `${process.pid}-${place}`,
    birth: birthOf(process.pid),
    mayRun(name, birth) {
      const [number, itsPlace] = name.split('-');
      if (itsPlace !== place) return true;
      try {
        process.kill(Number(number), 0);
      } catch (error) {
        // Else it is there and belongs to somebody else.
        return systemCode(error) !== 'ESRCH';
      }
      const found = birth === undefined ? undefined : birthOf(Number(number));
      return found === undefined || found === birth;
    },
  };
}

/**
 * Containers count processes for themselves, and may have the name of the computer around them. And computers that nobody has
 * given a name share one.
 */
function processSpace(): string {
  return `${onLinux(() => readlinkSync('/proc/self/ns/pid'))} ${onLinux(() => readFileSync('/etc/machine-id', 'utf8'))}`;
}

/** @returns undefined if it cannot be known; of one that has ended and waits to be noticed, what no process has */
function birthOf(number: number): string | undefined {
  const boot = onLinux(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const stat = onLinux(() => readFileSync(`/proc/${number}/stat`, 'utf8'));
  // What comes before is the name of the program, which may hold spaces and brackets (proc(5): fields 3 and 22).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, began] = [fields[0], fields[19]];
  if (boot === '' || began === undefined) return undefined;
  return state === 'Z' ? 'ended' : createHash('sha256').update(`${boot} ${began}`).digest('hex').slice(0, 8);
}

function onLinux(ask: () => string): string {
  try {
    return ask().trim();
  } catch {
    // Other systems do not have it, and not all of Linux shows it to everybody.
    return '';
  }
}

const realFileSystem: FileSystem = {
  async open(path, mode) {
    // Opening a pipe would wait until somebody writes into it.
    if (mode === 'read' && (await infoOf(path))?.kind === 'other') throw noFile(path);
    const handle = await open(path, { read: 'r', create: 'wx', append: 'a' }[mode]);
    return {
      async read(into, position) {
        let filled = 0;
        while (filled < into.length) {
          const { bytesRead } = await handle.read(into, filled, into.length - filled, position + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return filled;
      },
      async append(bytes) {
        let written = 0;
        while (written < bytes.length) {
          const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
          if (bytesWritten === 0) throw Object.assign(new Error('the disk took no more bytes'), { code: 'ENOSPC' });
          written += bytesWritten;
        }
      },
      sync: () => handle.sync(),
      size: async () => (await handle.stat()).size,
      close: () => handle.close(),
    };
  },
  readFile: (path) => readFile(path),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
  makeFolder: makeFolders,
  async removeFolder(path) {
    try {
      await rmdir(path);
    } catch (error) {
      // Systems use different codes for a folder that is not empty.
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
    }
  },
  list: (path) => readdir(path),
  info: infoOf,
  async syncFolder(path) {
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } catch (error) {
      // Some network and FUSE file systems cannot sync a folder and say so with EINVAL or ENOTSUP.
      if (!['EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error;
    } finally {
      await folder.close();
    }
  },
  async setReadOnly(path) {
    try {
      await chmod(path, 0o444);
    } catch (error) {
      // FAT, some network shares and FUSE file systems have no such permission.
      if (!['EPERM', 'EINVAL', 'ENOTSUP', 'ENOSYS'].includes(systemCode(error) ?? '')) throw error;
    }
  },
  async freeSpace(path) {
    const disk = await statfs(path);
    return disk.bavail * disk.bsize;
  },
};

function noFile(path: string): BackupError {
  return new BackupError('store-failed', t('{0} is not a file, but a pipe, a socket or a device.', path), {
    path,
    hint: t('Choose a file.'),
  });
}

async function infoOf(path: string): Promise<FileInfo | undefined> {
  try {
    const found = await stat(path);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    return { kind, size: found.size, modified: found.mtimeMs };
  } catch (error) {
    // A link that leads to itself is like one whose target is gone.
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Level by level, since Node's `recursive` never returns if the system answers ENOENT to mkdir, as in `/proc`. */
async function makeFolders(path: string): Promise<void> {
  if ((await infoOf(path))?.kind === 'folder') return;
  const parent = dirname(path);
  if (parent !== path && !(await infoOf(parent))) await makeFolders(parent);
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (systemCode(error) !== 'EEXIST' || (await infoOf(path))?.kind !== 'folder') throw error;
  }
}
