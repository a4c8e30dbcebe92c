// The files of a connected board: list, hash, read, write, rename, remove. Knows nothing of backups.

import type { BoardPath } from '../paths.js';
import type { ContentHash, Scan } from '../tree.js';
import { harmlessWords } from './harmlessTraceback.js';
import type { Profile } from './probe.js';

/**
 * Temporary names that a restore uses on a board; such files are never backed up and never restored. FAT keeps a short name for each, which
 * is what remains if the power failed while the file was removed.
 */
export const TEMPORARY_NAME = /^(?:\.mpb-[0-9a-f]{8}|~[0-9A-F]{1,7}\.MPB)$/;

/** @param random four bytes, so that no two restores use the same name */
export function temporaryName(random: Uint8Array): string {
  return `.mpb-${Buffer.from(random).toString('hex')}`;
}

const SECONDS_1970_TO_2000 = 946_684_800;

/** A time in seconds of the board's epoch, as a field of a file; no field if the board has no time. */
export function boardTime(seconds: number | undefined, { epoch }: Pick<Profile, 'epoch'>): { mtime?: number } {
  return seconds ? { mtime: seconds + (epoch === 2000 ? SECONDS_1970_TO_2000 : 0) } : {};
}

/** Why there is no hash of a file. */
export interface NoHash {
  /** True if there is no such file. */
  missing: boolean;
  message: string;
}

/** @param message of the OSError that a board raised: `[Errno 2] ENOENT`, or only its number */
export function noHash(message: string): NoHash {
  return { missing: /^(\[Errno )?2\b/.test(message), message: harmlessWords(message) };
}

export interface ScanOptions {
  signal?: AbortSignal | undefined;
  /** Called now and then with the number of entries found so far. */
  onFound?: ((count: number) => void) | undefined;
  /**
   * With it, each file is hashed during the scan, and has its hash in the result if that is one of these. Without it, files are not hashed,
   * and have the board's times instead.
   */
  known?: ReadonlySet<ContentHash> | undefined;
}

export interface HashOptions {
  signal?: AbortSignal | undefined;
  /** Called once for each file. */
  onHashed?: ((path: BoardPath) => void) | undefined;
  /** Hashes that are expected: the board sends only the beginning of a hash then, and a file with another content may have none. */
  known?: ReadonlySet<ContentHash> | undefined;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Size of the file in bytes, if known. */
  size?: number;
  /** Files that will be read next, in this order: several can be requested at once. */
  next?: ReadonlyArray<{ path: BoardPath; size: number }> | undefined;
  /** Content that the file probably begins with: if the board can confirm that, only the rest is sent. */
  prefix?: Prefix | undefined;
}

/** The beginning of a file that we have already. */
export interface Prefix {
  size: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** Of a file system, in bytes. */
export interface Space {
  total: number;
  free: number;
  /** Size of a block. */
  block: number;
}

/**
 * From the blocks of `statvfs`. If all file systems are below the root (`/flash`, `/sd`), firmware reports no blocks for the root: then there
 * is no file system at the root, rather than a full one.
 */
export function spaceOf(block = 0, total = 0, free = 0): Space | undefined {
  return block > 0 ? { total: block * total, free: block * free, block } : undefined;
}

export interface Move {
  from: BoardPath;
  to: BoardPath;
}

export interface BoardFiles {
  /** How bytes travel to and from this board, for logs and manifests: such as `agent`, `packed by viper`, or `hex`. */
  readonly ways: readonly string[];
  /** True if the board computes hashes; otherwise `hash` reads every file. */
  readonly hashesOnBoard: boolean;
  /** True if `scan` can hash files. */
  readonly scansHashes: boolean;
  /** Lists everything below `root`, except what is in `skip` and below. */
  scan(root: BoardPath, skip: readonly BoardPath[], options?: ScanOptions): Promise<Scan>;
  /** Hashes files, on the board if it can, else by reading them. Files that cannot be read map to the reason. */
  hash(paths: readonly BoardPath[], options?: HashOptions): Promise<Map<BoardPath, ContentHash | NoHash>>;
  /**
   * Reads a file once and passes its bytes to `sink` as they arrive, those of `prefix` first.
   *
   * @returns the hash that the board computed of its file; undefined if it cannot
   * @throws BackupError `line-damaged` if the two sides disagree, also because the file does not begin with `prefix`
   */
  read(
    path: BoardPath,
    sink: (bytes: Uint8Array) => Promise<void>,
    options?: ReadOptions,
  ): Promise<ContentHash | undefined>;
  /**
   * Writes a whole file, which may exist. Not atomic: to replace one, write to a temporary name, hash, then rename. If it rejects, no half
   * of the file is left.
   *
   * @returns the hash of the file on flash; undefined if the board cannot hash
   */
  write(path: BoardPath, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<ContentHash | undefined>;
  /** Replaces `to` if it exists. */
  rename(from: BoardPath, to: BoardPath, signal?: AbortSignal): Promise<void>;
  /**
   * Several renames, one after the other.
   *
   * @param onRenamed called after each, so that the caller knows how far this came if it rejects; a few more may have been done
   */
  renameAll(moves: readonly Move[], onRenamed: (move: Move) => void, signal?: AbortSignal): Promise<void>;
  remove(path: BoardPath, type: 'file' | 'folder', signal?: AbortSignal): Promise<void>;
  /** It is no error if the folder exists; its parent must exist. */
  makeFolder(path: BoardPath, signal?: AbortSignal): Promise<void>;
  /** Of the file system that holds `path`; undefined if the board cannot tell. */
  space(path: BoardPath, signal?: AbortSignal): Promise<Space | undefined>;
  /** Removes our names from the board's memory. */
  forget(): Promise<void>;
}

/** {@link BoardFiles.renameAll} by a request for each rename. */
export function renamingEach(rename: BoardFiles['rename']): BoardFiles['renameAll'] {
  return async (moves, onRenamed, signal) => {
    for (const move of moves) {
      await rename(move.from, move.to, signal);
      onRenamed(move);
    }
  };
}
