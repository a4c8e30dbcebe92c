// The files of a connected board: list, hash, read, write, rename, remove. Knows nothing of backups.

import { createHash } from 'node:crypto';
import { BackupError } from '../errors.js';
import { type BoardPath, bytesFromText, displayPath, parseBoardPath, textFromBytes } from '../paths.js';
import { type ContentHash, parseContentHash, type Scan, type ScannedFile } from '../tree.js';
import filesSource from './agent/files.py';
import { BoardException, explainBoardException, lineDamaged } from './boardErrors.js';
import type { Profile } from './probe.js';
import type { RawRepl } from './rawRepl.js';

/** Names of files that a restore has under way on a board; never backed up, never restored. */
const TEMPORARY_NAME = /^\.mpb-[0-9a-f]{8}$/;

/** @param random four bytes, so that no two restores meet */
export function temporaryName(random: Uint8Array): string {
  return `.mpb-${Buffer.from(random).toString('hex')}`;
}

/** Paths hashed by one exec: few enough for the code to fit a small heap. */
const HASH_BATCH = 16;
/** Bytes written by one exec. */
const WRITE_CHUNK = 512;
const SECONDS_1970_TO_2000 = 946_684_800;

/** Why there is no hash of a file. */
export interface NoHash {
  /** True where there is no such file. */
  missing: boolean;
  message: string;
}

export interface BoardFiles {
  /**
   * Lists everything below `root`, except what is in `skip` and below. Sizes in bytes, no hashes.
   *
   * @param onFound is told how many entries have been seen so far
   */
  scan(
    root: BoardPath,
    skip: readonly BoardPath[],
    signal?: AbortSignal,
    onFound?: (count: number) => void,
  ): Promise<Scan>;
  /** Hashes files, on the board where it can, else by reading them. Files that cannot be read map to the reason. */
  hash(
    paths: readonly BoardPath[],
    signal?: AbortSignal,
    onHashed?: (path: BoardPath) => void,
  ): Promise<Map<BoardPath, ContentHash | NoHash>>;
  /**
   * Reads a file once and gives its bytes to `sink` as they come.
   *
   * @returns the hash that the board computed over the bytes it sent; undefined where it cannot
   */
  read(
    path: BoardPath,
    sink: (bytes: Uint8Array) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<ContentHash | undefined>;
  /** Writes a file anew. Not atomic: write to a temporary name, hash, then rename. */
  write(path: BoardPath, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  /** Replaces `to` where it exists. */
  rename(from: BoardPath, to: BoardPath, signal?: AbortSignal): Promise<void>;
  remove(path: BoardPath, type: 'file' | 'folder', signal?: AbortSignal): Promise<void>;
  /** One that exists is no error; its parent must exist. */
  makeFolder(path: BoardPath, signal?: AbortSignal): Promise<void>;
  /** Bytes of the file system that holds `path`; undefined where the board cannot tell. */
  space(path: BoardPath, signal?: AbortSignal): Promise<{ total: number; free: number } | undefined>;
  /** Takes our name out of the board's memory again. */
  forget(): Promise<void>;
}

export async function openBoardFiles(
  url: string,
  repl: RawRepl,
  profile: Profile,
  signal?: AbortSignal,
): Promise<BoardFiles> {
  if (!profile.can.base64 || !profile.can.stat) {
    throw new BackupError('board-unsupported', `The firmware of the board on ${url} is too small for backups.`, {
      path: url,
      hint: 'It has no base64 or no file information. Newer firmware for this board may have both.',
    });
  }
  await repl.exec(filesSource, { signal });

  /** Runs one of our functions and gives its output line by line. */
  const call = async (
    code: string,
    path: string,
    signal?: AbortSignal,
    onLine: (line: string) => Promise<void> | void = () => {},
    onData?: (bytes: Uint8Array) => Promise<void>,
  ) => {
    try {
      await repl.exec(code, { signal, onOutput: byLine(onLine), ...(onData && { onData }) });
    } catch (error) {
      throw explainBoardException(error, path);
    }
  };

  const remove = (path: BoardPath, type: 'file' | 'folder', signal?: AbortSignal) =>
    call(`_mpb.remove(${literal(path)},${type === 'folder' ? 'True' : 'False'})`, path, signal);

  const files: BoardFiles = {
    async scan(root, skip, signal, onFound) {
      const scan: Scan = { folders: [], files: [], unreadable: [] };
      const skipped = `(${skip.map((path) => `${literal(path)},`).join('')})`;
      await call(`_mpb.scan(${root === '' ? "b''" : literal(root)},${skipped})`, root, signal, (line) => {
        addScanned(scan, line, profile);
        onFound?.(scan.files.length + scan.folders.length);
      });
      return scan;
    },

    async hash(paths, signal, onHashed) {
      const hashes = new Map<BoardPath, ContentHash | NoHash>();
      if (!profile.can.sha256) {
        for (const path of paths) {
          hashes.set(path, await hashByReading(files, path, signal));
          onHashed?.(path);
        }
        return hashes;
      }
      for (let at = 0; at < paths.length; at += HASH_BATCH) {
        const batch = paths.slice(at, at + HASH_BATCH);
        await call(`_mpb.hash(${batch.map(literal).join(',')})`, batch[0] ?? '', signal, (line) => {
          const found = /^([h!]) ([0-9a-f]+) (.*)$/.exec(line);
          if (!found) return;
          const path = pathFromHex(found[2] ?? '');
          const message = found[3] ?? '';
          hashes.set(path, parseContentHash(message) ?? { missing: /^(\[Errno )?2\b/.test(message), message });
          onHashed?.(path);
        });
      }
      return hashes;
    },

    async read(path, sink, signal) {
      let hash: string | undefined;
      let damage: string | undefined;
      const onLine = (line: string) => {
        const isData = /^[A-Za-z0-9+/]+={0,2}$/.test(line) && line.length % 4 === 0;
        if (line.startsWith('= ')) hash = line.slice(2);
        else if (line !== '' && !isData) damage = line;
        return isData ? sink(Buffer.from(line, 'base64')) : undefined;
      };
      await call(`_mpb.read(${literal(path)})`, path, signal, onLine, sink);
      if (hash === undefined || damage !== undefined) throw lineDamaged(url, `${displayPath(path)} is not whole`);
      return parseContentHash(hash);
    },

    async write(path, chunks, signal) {
      await call(`_mpb.create(${literal(path)})`, path, signal);
      try {
        for await (const chunk of chunks) {
          for (let at = 0; at < chunk.length; at += WRITE_CHUNK) {
            const text = Buffer.from(chunk.subarray(at, at + WRITE_CHUNK)).toString('base64');
            await call(`_mpb.append(b'${text}')`, path, signal);
          }
        }
        await call('_mpb.close()', path, signal);
      } catch (error) {
        // Leaves no open file and no half of one; the first error is the one to tell.
        await call('_mpb.close()', path)
          .then(() => remove(path, 'file'))
          .catch(() => undefined);
        throw error;
      }
    },

    rename: (from, to, signal) => call(`_mpb.os.rename(${literal(from)},${literal(to)})`, to, signal),
    remove,
    makeFolder: (path, signal) => call(`_mpb.make_folder(${literal(path)})`, path, signal),

    async space(path, signal) {
      if (!profile.can.statvfs) return undefined;
      let found: { total: number; free: number } | undefined;
      try {
        await call(`_mpb.space(${literal(path)})`, path, signal, (line) => {
          const numbers = /^(\d+) (\d+)$/.exec(line);
          if (numbers) found = { total: Number(numbers[1]), free: Number(numbers[2]) };
        });
      } catch (error) {
        // A file system without statvfs (ROMFS, a Python one): free space is unknown, nothing else is wrong.
        if (!(error instanceof BackupError && error.cause instanceof BoardException)) throw error;
      }
      return found;
    },

    async forget() {
      await repl.exec('del _mpb');
    },
  };
  return files;
}

async function hashByReading(files: BoardFiles, path: BoardPath, signal?: AbortSignal): Promise<ContentHash | NoHash> {
  const hash = createHash('sha256');
  try {
    await files.read(path, async (bytes) => void hash.update(bytes), signal);
    return hash.digest('hex') as ContentHash;
  } catch (error) {
    if (!(error instanceof BackupError && error.cause instanceof BoardException)) throw error;
    return { missing: error.code === 'board-path-missing', message: error.message };
  }
}

function addScanned(scan: Scan, line: string, profile: Profile): void {
  const [kind, hex, ...rest] = line.split(' ');
  if (hex === undefined || kind === undefined || !/^([0-9a-f]{2})+$|^-$/.test(hex)) return;
  const path = hex === '-' ? parseBoardPath('') : pathFromHex(hex);
  if (TEMPORARY_NAME.test(path.slice(path.lastIndexOf('/') + 1))) return;
  if (kind === 'd') scan.folders.push({ type: 'folder', path });
  if (kind === '!') scan.unreadable.push({ path, message: rest.join(' ') });
  if (kind === 'f') scan.files.push(scannedFile(path, rest, profile));
}

function scannedFile(path: BoardPath, [size, mtime]: string[], profile: Profile): ScannedFile {
  const seconds = Number(mtime ?? 0);
  const file: ScannedFile = { type: 'file', path, size: Number(size ?? 0) };
  if (seconds > 0) file.mtime = seconds + (profile.epoch === 2000 ? SECONDS_1970_TO_2000 : 0);
  return file;
}

/** Bytes from a board become a path here, and only through the one validator (P44). */
function pathFromHex(hex: string): BoardPath {
  return parseBoardPath(textFromBytes(Buffer.from(hex, 'hex')).replace(/^\//, ''));
}

/** A path as a Python bytes literal in which nothing but letters, digits and `/._-` stands for itself: no name is ever code. */
function literal(path: BoardPath): string {
  const bytes = bytesFromText(`/${path}`);
  const text = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9/._-]/.test(character) ? character : `\\x${byte.toString(16).padStart(2, '0')}`;
  });
  return `b'${text.join('')}'`;
}

function byLine(onLine: (line: string) => Promise<void> | void): (piece: Uint8Array) => Promise<void> {
  let rest = '';
  return async (piece) => {
    const lines = (rest + Buffer.from(piece).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) await onLine(line.replace(/\r+$/, ''));
  };
}
