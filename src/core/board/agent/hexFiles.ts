// The files of a board that can do the least: no agent fits, or no base64 is there. Everything is a question over the HexLink;
// what the firmware lacks (folders, sizes by `stat`, renaming) is not asked for.

import { type BoardPath, bytesFromText, nameOf, ROOT, textFromBytes } from '../../paths.js';
import type { ContentHash, Scan } from '../../tree.js';
import { BoardException, exceptionFromRepr, explainBoardException } from '../boardErrors.js';
import { type BoardFiles, boardTime, type NoHash, renamingEach, spaceOf, TEMPORARY_NAME } from '../boardFiles.js';
import type { Profile } from '../probe.js';
import { literalPieces } from '../pythonLiteral.js';
import { OURS, type RawRepl } from '../rawRepl.js';
import { hashByReading, pathOrRefusal } from './execFiles.js';
import type { HexLink } from './hexLink.js';

/** Bytes read by one question. */
const READ_CHUNK = Buffer.from('256');
/** Characters of one piece of a file as Python code. */
const LONGEST_LITERAL = 160;
const NAMES = 'b"\\0".join(n if isinstance(n,bytes)else bytes(n,"utf-8")for n in os.listdir';
const NO_WORD = new Uint8Array();
const FOLDER = 0x4000;
const EEXIST = 17;
/** Bytes, as for the other ways. */
const LONGEST_PATH = 4_000;

export function openHexFiles(link: HexLink, repl: Pick<RawRepl, 'exec'>, { can, epoch, mounts }: Profile): BoardFiles {
  /** A file system without folders knows names, and no paths. */
  const wordOf = (path: BoardPath) => bytesFromText(can.mkdir ? `/${path}` : path);
  const ask = async (path: BoardPath, callee: string, words: readonly Uint8Array[], signal?: AbortSignal) => {
    try {
      return await link.ask(callee, words, signal);
    } catch (error) {
      throw explainBoardException(error, path);
    }
  };
  const open = (path: BoardPath, mode: 'rb' | 'wb', signal?: AbortSignal) =>
    ask(path, '_open', [wordOf(path), Buffer.from(mode)], signal);
  const close = (path: BoardPath, signal?: AbortSignal) => ask(path, '_open', [NO_WORD, NO_WORD], signal);
  const namesIn = async (folder: BoardPath, signal: AbortSignal | undefined) => {
    if (!can.mkdir) return splitAtZeros(await link.ask(`lambda:${NAMES}())`, [], signal));
    const listed = async (word: Uint8Array) =>
      splitAtZeros(await link.ask(`lambda folder:${NAMES}(folder))`, [word], signal));
    try {
      return await listed(wordOf(folder));
    } catch (error) {
      // Asked for `/`, boards raise at a name that is no UTF-8. For `//` they give bytes, but not the mounts.
      const isName = error instanceof BoardException && /^(?:Unicode|Value)Error/.test(error.lastLine);
      if (folder !== ROOT || !isName) throw error;
      const mounted = mounts.flatMap(({ path }) => path.split('/').slice(1, 2)).filter((name) => name !== '');
      const known = (await listed(Buffer.from('//'))).map(textFromBytes);
      return [...new Set([...mounted, ...known])].map((name) => Buffer.from(bytesFromText(name)));
    }
  };
  const look = async (path: BoardPath, signal: AbortSignal | undefined) => {
    if (!can.stat) return { isFolder: false, size: Number(await link.ask('os.size', [wordOf(path)], signal)), time: 0 };
    const [mode = 0, , , , , , size = 0, , time = 0] = numbersIn(await link.ask('os.stat', [wordOf(path)], signal));
    return { isFolder: (mode & FOLDER) !== 0, size, time };
  };

  const rename: BoardFiles['rename'] = async (from, to, signal) => {
    await ask(to, 'os.rename', [wordOf(from), wordOf(to)], signal);
  };

  const files: BoardFiles = {
    ways: ['hex'],
    scansHashes: false,
    hashesOnBoard: false,

    async scan(root, skip, { signal, onFound } = {}) {
      const scan: Scan = { folders: [], files: [], temporaries: [], unreadable: [] };
      /** What cannot be asked about hides nothing else. */
      const noted = async (path: BoardPath, work: () => Promise<void>) => {
        try {
          await work();
        } catch (error) {
          if (!(error instanceof BoardException)) throw error;
          scan.unreadable.push({ path, message: error.message });
        }
      };
      const waiting = [root];
      for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
        const parent = folder;
        await noted(parent, async () => {
          for (const name of await namesIn(parent, signal)) {
            const path = pathOrRefusal(parent === ROOT ? textFromBytes(name) : `${parent}/${textFromBytes(name)}`);
            if (typeof path !== 'string') scan.unreadable.push(path);
            else if (!skip.includes(path)) {
              await noted(path, async () => {
                const { isFolder, size, time } = await look(path, signal);
                if (isFolder) {
                  // A damaged file system may have a folder within itself.
                  if (bytesFromText(path).length > LONGEST_PATH) throw exceptionFromRepr('OSError(36,)');
                  scan.folders.push({ type: 'folder', path });
                  waiting.push(path);
                } else if (TEMPORARY_NAME.test(nameOf(path))) scan.temporaries.push({ path, size });
                else scan.files.push({ type: 'file', path, size, ...boardTime(time, { epoch }) });
                onFound?.(scan.folders.length + scan.files.length);
              });
            }
          }
        });
      }
      return scan;
    },

    async hash(paths, { signal, onHashed } = {}) {
      const hashes = new Map<BoardPath, ContentHash | NoHash>();
      for (const path of paths) {
        hashes.set(path, await hashByReading(files, path, signal));
        onHashed?.(path);
      }
      return hashes;
    },

    async read(path, sink, { signal } = {}) {
      await open(path, 'rb', signal);
      for (;;) {
        const bytes = await ask(path, '_read', [READ_CHUNK], signal);
        if (bytes.length === 0) break;
        await sink(bytes);
      }
      await close(path, signal);
      return undefined;
    },

    async write(path, chunks, signal) {
      try {
        await open(path, 'wb', signal);
        for await (const chunk of chunks) {
          for (const piece of literalPieces(chunk, LONGEST_LITERAL)) {
            const written = Number(await ask(path, '_write', [piece], signal));
            if (written !== piece.length) throw explainBoardException(exceptionFromRepr('OSError(28,)'), path);
          }
        }
        await close(path, signal);
        return undefined;
      } catch (error) {
        // Leaves no open file and no half of one; the first error is the one to tell.
        await close(path).catch(() => undefined);
        await files.remove(path, 'file').catch(() => undefined);
        throw error;
      }
    },

    rename,
    renameAll: renamingEach(rename),

    /** Removing what is not there is no error. */
    async remove(path, type, signal) {
      try {
        await link.ask(type === 'file' ? 'os.remove' : 'os.rmdir', [wordOf(path)], signal);
      } catch (error) {
        if (!(error instanceof BoardException && error.errno === 2)) throw explainBoardException(error, path);
      }
    },

    async makeFolder(path, signal) {
      try {
        await link.ask('os.mkdir', [wordOf(path)], signal);
      } catch (error) {
        if (!(error instanceof BoardException && error.errno === EEXIST)) throw explainBoardException(error, path);
      }
    },

    async space(path, signal) {
      if (!can.statvfs) return undefined;
      try {
        const [, block, total, free] = numbersIn(await link.ask('os.statvfs', [wordOf(path)], signal));
        return spaceOf(block, total, free);
      } catch (error) {
        // A file system without statvfs: free space is unknown, nothing else is wrong.
        if (!(error instanceof BoardException)) throw error;
        return undefined;
      }
    },

    async forget() {
      await link.ask('_open', [NO_WORD, NO_WORD]);
      await repl.exec(`del ${OURS}`);
    },
  };
  return files;
}

/** The numbers of a tuple as Python prints it. */
function numbersIn(text: Buffer): number[] {
  return (text.toString('latin1').match(/-?\d+/g) ?? []).map(Number);
}

function splitAtZeros(bytes: Buffer): Buffer[] {
  if (bytes.length === 0) return [];
  const ends = [...bytes.entries()].flatMap(([at, byte]) => (byte === 0 ? [at] : []));
  return [...ends, bytes.length].map((end, number) =>
    bytes.subarray(number === 0 ? 0 : (ends[number - 1] ?? 0) + 1, end),
  );
}
