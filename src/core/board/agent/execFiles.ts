// The files of a board that cannot run the agent: one exec for each thing, text both ways. Slow, and it works nearly everywhere.

import { createHash } from 'node:crypto';
import { BackupError, isBackupError } from '../../errors.js';
import { t } from '../../l10n.js';
import { type BoardPath, bytesFromText, displayPath, nameOf, parseBoardPath, textFromBytes } from '../../paths.js';
import { type ContentHash, parseContentHash, type Scan, type ScannedFile, type UnreadableEntry } from '../../tree.js';
import { BoardException, boardFloods, explainBoardException, lineDamaged } from '../boardErrors.js';
import {
  type BoardFiles,
  boardTime,
  type NoHash,
  noHash,
  renamingEach,
  type Space,
  spaceOf,
  TEMPORARY_NAME,
} from '../boardFiles.js';
import { harmlessWords } from '../harmlessTraceback.js';
import type { Profile } from '../probe.js';
import { bytesLiteral } from '../pythonLiteral.js';
import { OURS, type RawRepl } from '../rawRepl.js';
import filesSource from './files.py';
import { joined, markOf } from './hexLink.js';

/** files.py, as it is called on the board. */
const AGENT = `${OURS}['_mpb']`;
/** Paths hashed by one exec: few enough for the code to fit a small heap. */
const HASH_BATCH = 16;
/** Bytes written by one exec. */
const WRITE_CHUNK = 512;
/** How long others may print in between, and nothing of ours comes. */
const FOREIGN_MS = 10_000;
/** How often a list is asked for that arrives damaged, and anything that was damaged on its way to the board. */
const ATTEMPTS = 3;

export async function openExecFiles(
  url: string,
  repl: Pick<RawRepl, 'exec' | 'install'>,
  profile: Profile,
  signal?: AbortSignal,
): Promise<BoardFiles> {
  await repl.install(filesSource, signal);

  /** Runs one of our functions and gives its output line by line. @param onLine returns false for a line that is none of ours */
  const call = async (
    name: string,
    words: readonly Uint8Array[],
    path: string,
    signal?: AbortSignal,
    onLine: (line: string) => unknown = () => false,
    onData?: (bytes: Uint8Array) => Promise<void>,
  ) => {
    let heardAt = performance.now();
    const hear = byLine(async (line) => {
      if ((await onLine(line)) !== false) heardAt = performance.now();
    });
    const onOutput = async (piece: Uint8Array) => {
      await hear(piece);
      if (performance.now() - heardAt > FOREIGN_MS) throw boardFloods(url);
    };
    const take = async (bytes: Uint8Array) => {
      await onData?.(bytes);
      heardAt = performance.now();
    };
    const code = `${AGENT}.sure(${[markOf(joined(words)), `'${name}'`, ...words.map(bytesLiteral)].join()})`;
    for (let attempt = 1; ; attempt++) {
      try {
        await repl.exec(code, { signal, onOutput, ...(onData && { onData: take }) });
        return;
      } catch (error) {
        if (!isDamaged(error)) throw explainBoardException(error, path);
        // Nothing of it has run.
        if (attempt === ATTEMPTS) throw lineDamaged(url, t('a command was damaged'), error);
      }
    }
  };

  /** Gives the lines of a list one by one. One that arrived damaged is asked for again, with a new `begin`. */
  const callForList = async (
    name: string,
    words: readonly Uint8Array[],
    path: string,
    signal: AbortSignal | undefined,
    begin: () => (line: ListLine) => void,
  ) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const tally = tallyOfLines();
      const onLine = begin();
      await call(name, words, path, signal, (text) => {
        const line = tally.add(text);
        if (line) onLine(line);
        return line !== undefined || text === '.';
      });
      if (tally.isWhole()) return;
    }
    throw lineDamaged(url, t('a list of its files is not whole'));
  };

  const remove = (path: BoardPath, type: 'file' | 'folder', signal?: AbortSignal) =>
    call(type === 'folder' ? 'remove_folder' : 'remove', [wordOf(path)], path, signal);

  const rename: BoardFiles['rename'] = (from, to, signal) => call('rename', [from, to].map(wordOf), to, signal);

  const files: BoardFiles = {
    scansHashes: false,
    ways: ['exec', profile.can.binary ? 'binary' : 'base64'],
    hashesOnBoard: profile.can.sha256,

    async scan(root, skip, { signal, onFound } = {}) {
      let scan: Scan = { folders: [], files: [], temporaries: [], unreadable: [] };
      const words = [root === '' ? new Uint8Array() : wordOf(root), ...skip.map(wordOf)];
      await callForList('scan', words, root, signal, () => {
        scan = { folders: [], files: [], temporaries: [], unreadable: [] };
        return (line) => {
          addScanned(scan, line, profile);
          onFound?.(scan.files.length + scan.folders.length);
        };
      });
      return scan;
    },

    async hash(paths, { signal, onHashed } = {}) {
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
        await callForList('hash', batch.map(wordOf), batch[0] ?? '', signal, () => ({ hex, rest }) => {
          const name = nameFromHex(hex);
          const path = batch.find((path) => path === name);
          if (path === undefined) return;
          if (!hashes.has(path)) onHashed?.(path);
          hashes.set(path, parseContentHash(rest) ?? noHash(rest));
        });
      }
      return hashes;
    },

    async read(path, sink, { signal } = {}) {
      let hash: string | undefined;
      let damage: string | undefined;
      const onLine = (line: string) => {
        const isData = /^[A-Za-z0-9+/]+={0,2}$/.test(line) && line.length % 4 === 0;
        if (line.startsWith('= ')) hash = line.slice(2);
        else if (line !== '' && !isData) damage = line;
        return isData && sink(Buffer.from(line, 'base64'));
      };
      await call('read', [wordOf(path)], path, signal, onLine, sink);
      const found = parseContentHash(hash ?? '');
      // A board that cannot hash says `-`; anything else that is no hash was one before it came over the line.
      if ((!found && hash !== '-') || damage !== undefined)
        throw lineDamaged(url, t('{0} is not whole', displayPath(path)));
      return found;
    },

    async write(path, chunks, signal) {
      await call('create', [wordOf(path)], path, signal);
      try {
        for await (const chunk of chunks) {
          for (let at = 0; at < chunk.length; at += WRITE_CHUNK) {
            const text = Buffer.from(chunk.subarray(at, at + WRITE_CHUNK)).toString('base64');
            await call('append', [Buffer.from(text)], path, signal);
          }
        }
        await call('close', [], path, signal);
        const hash = (await files.hash([path], { signal })).get(path);
        return typeof hash === 'string' ? hash : undefined;
      } catch (error) {
        // Leaves no open file and no half of one; the first error is the one to tell.
        await call('close', [], path).catch(() => undefined);
        await remove(path, 'file').catch(() => undefined);
        throw error;
      }
    },

    rename,
    renameAll: renamingEach(rename),
    remove,
    makeFolder: (path, signal) => call('make_folder', [wordOf(path)], path, signal),

    async space(path, signal) {
      if (!profile.can.statvfs) return undefined;
      let found: Space | undefined;
      try {
        await call('space', [wordOf(path)], path, signal, (line) => {
          if (/^\d+ \d+ \d+$/.test(line)) found = spaceOf(...line.split(' ').map(Number));
        });
      } catch (error) {
        // A file system without statvfs (ROMFS, a Python one): free space is unknown, nothing else is wrong.
        if (!(error instanceof BackupError && error.cause instanceof BoardException)) throw error;
      }
      return found;
    },

    async forget() {
      await repl.exec(`del ${OURS}`);
    },
  };
  return files;
}

/** For boards that cannot hash. */
export async function hashByReading(
  files: BoardFiles,
  path: BoardPath,
  signal?: AbortSignal,
): Promise<ContentHash | NoHash> {
  const hash = createHash('sha256');
  try {
    await files.read(path, async (bytes) => void hash.update(bytes), { signal });
    return hash.digest('hex') as ContentHash;
  } catch (error) {
    if (!(error instanceof BackupError && error.cause instanceof BoardException)) throw error;
    return { missing: error.code === 'board-path-missing', message: error.message };
  }
}

/** One line of a list: what it is about, its path in hex (`-` for the root), and what is said of it. */
interface ListLine {
  kind: string;
  hex: string;
  rest: string;
}

/** Adds up the lines of a list as the board does: what was lost or changed on the way shows at the end (P32). */
function tallyOfLines(): { add(text: string): ListLine | undefined; isWhole(): boolean } {
  let told = 0;
  let mark = 0;
  let end: string | undefined;
  return {
    /** @returns undefined if the text is no line of ours: others may print in between */
    add(text) {
      if (text.startsWith('= ')) end = text;
      const [, kind, hex, rest = ''] = /^([dfh!]) ((?:[0-9a-f]{2})+|-)(?: (.*))?$/.exec(text) ?? [];
      if (kind === undefined || hex === undefined) return undefined;
      told += 1;
      mark = (mark * 31 + Buffer.from(text, 'latin1').reduce((sum, byte) => sum + byte, 0)) & 0xffffff;
      return { kind, hex, rest };
    },
    isWhole: () => end === `= ${told} ${mark}`,
  };
}

function addScanned(scan: Scan, { kind, hex, rest }: ListLine, profile: Profile): void {
  const path = pathOrRefusal(nameFromHex(hex));
  if (typeof path !== 'string') scan.unreadable.push(path);
  else if (TEMPORARY_NAME.test(nameOf(path)))
    scan.temporaries.push({ path, size: kind === 'f' ? Number.parseInt(rest, 10) : 0 });
  else if (kind === 'd') scan.folders.push({ type: 'folder', path });
  else if (kind === 'f') scan.files.push(scannedFile(path, rest.split(' '), profile));
  else scan.unreadable.push({ path, message: harmlessWords(rest) });
}

/**
 * Bytes from a board become a path here, and only through the one validator (P44). A name that it refuses hides no other:
 * it is told of the folder that is said to hold it.
 */
export function pathOrRefusal(name: string): BoardPath | UnreadableEntry {
  try {
    return parseBoardPath(name);
  } catch (error) {
    if (!isBackupError(error, 'bad-name')) throw error;
    const folder = pathOrRefusal(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
    return typeof folder === 'string' ? { path: folder, message: error.message } : folder;
  }
}

function scannedFile(path: BoardPath, [size, mtime]: readonly string[], profile: Profile): ScannedFile {
  return { type: 'file', path, size: Number(size ?? 0), ...boardTime(Number(mtime ?? 0), profile) };
}

/** What the board said, without the `/` of its root; not yet a path. */
function nameFromHex(hex: string): string {
  return hex === '-' ? '' : textFromBytes(Buffer.from(hex, 'hex')).replace(/^\//, '');
}

function wordOf(path: BoardPath): Uint8Array {
  return bytesFromText(`/${path}`);
}

/** What the board was sent is not what arrived there, and was not run. */
function isDamaged(error: unknown): boolean {
  return (
    error instanceof BoardException &&
    /^(ValueError: mpb$|AttributeError: type object '_mpb' |(Syntax|Indentation)Error)/.test(error.lastLine)
  );
}

function byLine(onLine: (line: string) => Promise<void>): (piece: Uint8Array) => Promise<void> {
  let rest = '';
  return async (piece) => {
    const lines = (rest + Buffer.from(piece).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) await onLine(line.replace(/\r+$/, ''));
  };
}
