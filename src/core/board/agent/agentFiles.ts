// Access to the files of a board through the agent: with few round trips and binary frames; what is lost on the line is asked for again.

import { t } from '../../l10n.js';
import { type BoardPath, bytesFromText, displayPath, nameOf, parentOf } from '../../paths.js';
import { type ContentHash, parseContentHash, type Scan } from '../../tree.js';
import { BoardException, explainBoardException, lineDamaged } from '../boardErrors.js';
import { type BoardFiles, boardTime, type Move, type NoHash, noHash, spaceOf, TEMPORARY_NAME } from '../boardFiles.js';
import type { Line } from '../line.js';
import type { Profile } from '../probe.js';
import type { RawRepl } from '../rawRepl.js';
import { LineFault } from './agentLink.js';
import { createReads } from './agentReads.js';
import { AgentSession } from './agentSession.js';
import { HASH_START, pathWord, wordsThatFit } from './frames.js';
import { type Listed, listingParser } from './scanAnswer.js';
import { beginRun, type Renaming, type WriteRun } from './writeRun.js';

const HASH_LENGTH = 32;

export function canRunAgent({ can, hasAgent }: Profile): boolean {
  return hasAgent && can.sha256 && can.ilistdir && can.stat && can.hex;
}

/** @param repl in which the agent was installed along with the probe */
export function openAgentFiles(line: Line, repl: RawRepl, profile: Profile): BoardFiles {
  const session = AgentSession.open(line, repl, profile);
  /** The run of files that is being written; it can also rename files. */
  let run: WriteRun | undefined;

  const beginWriting = async (signal: AbortSignal | undefined): Promise<WriteRun> => {
    await session.learn('take', signal);
    await session.settle(signal);
    const begun = await beginRun(session.link, { ...session.up, isText: !profile.can.binary }, signal);
    session.keepOpen({
      async end(now) {
        run = undefined;
        await begun.end(now);
      },
    });
    run = begun;
    return begun;
  };

  /** For a run that failed: it cannot be ended in the regular way. */
  const stopWriting = async () => {
    run = undefined;
    session.closed();
    await session.link.rest();
  };

  /** A command without a result. */
  const order = (letter: string, paths: readonly BoardPath[], signal?: AbortSignal) =>
    session.again(paths[0] ?? '', async () => {
      await session.learn('take', signal);
      await session.ask(letter, paths.map(pathWord), signal);
    });

  /** @param isAgain true if the rename may have been done before the line failed: then a missing `from` is no error */
  const renameOne = async ({ from, to }: Move, isAgain: boolean, signal?: AbortSignal) => {
    let mayBeDone = isAgain;
    await session.again(to, async () => {
      await session.learn('take', signal);
      try {
        await session.ask('n', [from, to].map(pathWord), signal);
      } catch (error) {
        if (!mayBeDone || !(error instanceof BoardException) || error.errno !== 2) throw error;
      } finally {
        mayBeDone = true;
      }
    });
  };

  const renameAll: BoardFiles['renameAll'] = async (moves, onRenamed, signal) => {
    const rest = [...moves];
    const done = () => {
      const move = rest.shift();
      if (move) onRenamed(move);
    };
    let isAgain = false;
    if (run && rest.every(({ from, to }) => parentOf(from) === parentOf(to))) {
      try {
        await run.rename(rest.map(renaming), done, signal);
      } catch (error) {
        await stopWriting();
        if (!(error instanceof LineFault)) throw explainBoardException(error, rest[0]?.to ?? '');
        isAgain = true;
      }
    }
    for (let move = rest[0]; move; move = rest[0]) {
      await renameOne(move, isAgain, signal);
      done();
    }
  };

  return {
    scansHashes: true,
    hashesOnBoard: true,
    get ways() {
      return session.ways;
    },

    async scan(root, skip, { signal, onFound, known } = {}) {
      const fields = { times: known === undefined, hashes: known !== undefined };
      const how = fields.times ? 't' : 'h';
      const words = [root === '' ? 'x' : pathWord(root), how, ...skip.map(pathWord)];
      return session.again(root, async () => {
        const parse = listingParser(fields);
        const listed: Listed[] = [];
        let remembered = 0;
        await session.ask('s', words, signal, ({ kind, data }) => {
          if (kind === 'f') remembered = data.readUInt16LE();
          else listed.push(...parse(data));
          onFound?.(listed.length - 1);
        });
        session.remembers(listed.flatMap(numbered).slice(0, remembered));
        // The first entry is the folder itself.
        return scanOf(listed.slice(1), profile, known);
      });
    },

    async hash(paths, { signal, onHashed, known } = {}) {
      await session.learn('take', signal);
      const length = known ? HASH_START : HASH_LENGTH;
      const whole = wholeHashes(known);
      const hashes = new Map<BoardPath, ContentHash | NoHash>();
      for (let rest = paths; rest.length > 0; ) {
        const words = [String(length)];
        const asked = wordsThatFit(rest.map(pathWord), words);
        const batch = rest.slice(0, asked.length);
        rest = rest.slice(batch.length);
        await session.again(batch[0] ?? '', async () => {
          let at = 0;
          const tell = (hash: ContentHash | NoHash) => {
            const path = batch[at++];
            if (path === undefined) return;
            if (!hashes.has(path)) onHashed?.(path);
            hashes.set(path, hash);
          };
          await session.ask('h', [...words, ...asked], signal, ({ kind, data }) => {
            if (kind === 'x') tell(noHash(data.toString('utf8')));
            else for (let from = 0; from < data.length; from += length) tell(whole(data.subarray(from, from + length)));
          });
        });
      }
      return hashes;
    },

    read: createReads(session),

    async write(path, chunks, signal) {
      try {
        const hash = await (run ?? (await beginWriting(signal))).write(bytesFromText(`/${path}`), chunks, signal);
        return parseContentHash(hash);
      } catch (error) {
        // If it does not run, the cancel came first, and nothing was written.
        if (session.isRunning) {
          await stopWriting();
          await session.ask('k', [pathWord(path)], undefined).catch(() => undefined);
        }
        if (error instanceof LineFault) throw lineDamaged(line.url, `${displayPath(path)}: ${error.message}`);
        throw explainBoardException(error, path);
      }
    },

    rename: (from, to, signal) => renameAll([{ from, to }], () => {}, signal),
    renameAll,

    remove: (path, type, signal) => order(type === 'file' ? 'k' : 'K', [path], signal),
    makeFolder: (path, signal) => order('m', [path], signal),

    async space(path, signal) {
      if (!profile.can.statvfs) return undefined;
      try {
        return await session.again(path, async () => {
          const counts: number[] = [];
          await session.ask('v', [pathWord(path)], signal, ({ data }) => {
            counts.push(Number(data.readBigUInt64LE()));
          });
          const [block, total, free] = counts;
          return spaceOf(block, total, free);
        });
      } catch (error) {
        // A file system without statvfs (ROMFS, a Python one): free space is unknown, nothing else is wrong.
        if (error instanceof Error && error.cause instanceof BoardException) return undefined;
        throw error;
      }
    },

    forget: () => session.forget(),
  };
}

function renaming({ from, to }: Move): Renaming {
  return { name: bytesFromText(nameOf(from)), to: bytesFromText(`/${to}`) };
}

/** @returns a function that gives the whole hash for the first bytes of a known one, or for a whole one */
function wholeHashes(known: ReadonlySet<ContentHash> | undefined): (bytes: Buffer) => ContentHash | NoHash {
  const byStart = byTheirStart(known);
  return (bytes) => {
    const hex = bytes.toString('hex');
    return parseContentHash(hex) ?? byStart.get(hex) ?? { missing: false, message: t('its content is different') };
  };
}

function byTheirStart(known: ReadonlySet<ContentHash> | undefined): Map<string, ContentHash> {
  return new Map([...(known ?? [])].map((hash) => [hash.slice(0, 2 * HASH_START), hash]));
}

/** The agent numbers files, also those whose name cannot be a path: undefined stands for these. */
function numbered(entry: Listed): Array<BoardPath | undefined> {
  if (entry.kind === 'file') return [entry.path];
  return entry.kind === 'unreadable' && entry.isFile ? [undefined] : [];
}

function scanOf(listed: readonly Listed[], profile: Profile, known: ReadonlySet<ContentHash> | undefined): Scan {
  const byStart = byTheirStart(known);
  const scan: Scan = { folders: [], files: [], temporaries: [], unreadable: [] };
  for (const entry of listed) {
    if (TEMPORARY_NAME.test(nameOf(entry.path)))
      scan.temporaries.push({ path: entry.path, size: entry.kind === 'file' ? entry.size : 0 });
    else if (entry.kind === 'folder') scan.folders.push({ type: 'folder', path: entry.path });
    else if (entry.kind === 'unreadable') scan.unreadable.push({ path: entry.path, message: entry.message });
    else {
      const { path, size, mtime, hashStart } = entry;
      const sha256 = hashStart === undefined ? undefined : byStart.get(hashStart);
      scan.files.push({ type: 'file', path, size, ...boardTime(mtime, profile), ...(sha256 && { sha256 }) });
    }
  }
  return scan;
}
