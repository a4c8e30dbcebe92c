// The files of a connected board: list, hash, read, write, rename, remove. Knows nothing of backups.

import type { BoardPath } from '../paths.js';
import type { ContentHash, Scan } from '../tree.js';
import { harmlessWords } from './harmlessTraceback.js';
import type { Profile } from './probe.js';

/**
 * Names of files that a restore has under way on a board; never backed up, never restored. FAT keeps a short name beside each, which
 * is all that is left of it if the power failed while it was taken away.
 */
export const TEMPORARY_NAME = /^(?:\.mpb-[0-9a-f]{8}|~[0-9A-F]{1,7}\.MPB)$/;

/** @param random four bytes, so that no two restores meet */
export function temporaryName(random: Uint8Array): string {
  return `.mpb-${Buffer.from(random).toString('hex')}`;
}

const SECONDS_1970_TO_2000 = 946_684_800;

/** A time of the board, in seconds of its own epoch, as a field of a file; none if the board knows none. */
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
  /** Is told now and then that more has been found. */
  onFound?: ((count: number) => void) | undefined;
  /**
   * Hashes each file on the way, and gives the hash of those whose content is among these. Without it files are not hashed,
   * and have the board's times instead.
   */
  known?: ReadonlySet<ContentHash> | undefined;
}

export interface HashOptions {
  signal?: AbortSignal | undefined;
  /** Is told of each file once. */
  onHashed?: ((path: BoardPath) => void) | undefined;
  /** What the files probably are: a board tells less of such hashes. A file that is something else may have no hash. */
  known?: ReadonlySet<ContentHash> | undefined;
}

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Bytes that the file has, as far as is known. */
  size?: number;
  /** Files that will be read after this one, in this order: a board may be asked for several at once. */
  next?: ReadonlyArray<{ path: BoardPath; size: number }> | undefined;
  /** Content that the file probably begins with: if the board can tell that it does, only the rest of it travels. */
  prefix?: Prefix | undefined;
}

/** The beginning of a file, as it is kept somewhere. */
export interface Prefix {
  size: number;
  chunks(): AsyncIterable<Uint8Array>;
}

/** Of a file system, in bytes. */
export interface Space {
  total: number;
  free: number;
  /** What it hands out at once. */
  block: number;
}

/**
 * What `statvfs` says, in blocks. If all file systems lie below the root (`/flash`, `/sd`), firmware says of the root that it has
 * no blocks: that is no file system, and no full one.
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
  /** True if `hash` is the board's own work; else every file is read for it. */
  readonly hashesOnBoard: boolean;
  /** True if `scan` hashes on the way. */
  readonly scansHashes: boolean;
  /** Lists everything below `root`, except what is in `skip` and below. */
  scan(root: BoardPath, skip: readonly BoardPath[], options?: ScanOptions): Promise<Scan>;
  /** Hashes files, on the board if it can, else by reading them. Files that cannot be read map to the reason. */
  hash(paths: readonly BoardPath[], options?: HashOptions): Promise<Map<BoardPath, ContentHash | NoHash>>;
  /**
   * Reads a file once and gives its bytes to `sink` as they come, those of `prefix` first.
   *
   * @returns the hash that the board computed over the bytes that it has; undefined if it cannot
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
   * @returns the hash of what is on flash then; undefined if the board cannot hash
   */
  write(path: BoardPath, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<ContentHash | undefined>;
  /** Replaces `to` if it exists. */
  rename(from: BoardPath, to: BoardPath, signal?: AbortSignal): Promise<void>;
  /**
   * The same, one after the other.
   *
   * @param onRenamed is told of each, so that it is known how far it came if this rejects; a few more may have been renamed
   */
  renameAll(moves: readonly Move[], onRenamed: (move: Move) => void, signal?: AbortSignal): Promise<void>;
  remove(path: BoardPath, type: 'file' | 'folder', signal?: AbortSignal): Promise<void>;
  /** One that exists is no error; its parent must exist. */
  makeFolder(path: BoardPath, signal?: AbortSignal): Promise<void>;
  /** Of the file system that holds `path`; undefined if the board cannot tell. */
  space(path: BoardPath, signal?: AbortSignal): Promise<Space | undefined>;
  /** Takes our name out of the board's memory again. */
  forget(): Promise<void>;
}

/** {@link BoardFiles.renameAll} for boards that are told of each by itself. */
export function renamingEach(rename: BoardFiles['rename']): BoardFiles['renameAll'] {
  return async (moves, onRenamed, signal) => {
    for (const move of moves) {
      await rename(move.from, move.to, signal);
      onRenamed(move);
    }
  };
}
