// The files of a board by way of the agent: few round trips, binary frames, and what was lost on the line asked for again.

import { type BoardPath, bytesFromText, displayPath, nameOf } from '../../paths.js';
import { type ContentHash, parseContentHash, type Scan } from '../../tree.js';
import { BoardException, explainBoardException, lineDamaged } from '../boardErrors.js';
import { type BoardFiles, boardTime, type NoHash, TEMPORARY_NAME } from '../boardFiles.js';
import type { Line } from '../line.js';
import type { Profile } from '../probe.js';
import type { RawRepl } from '../rawRepl.js';
import { LineFault } from './agentLink.js';
import { createReads } from './agentReads.js';
import { AgentSession } from './agentSession.js';
import { pathWord, wordsThatFit } from './frames.js';
import { type Listed, listingParser } from './scanAnswer.js';
import { beginRun, type WriteRun } from './writeRun.js';

/** Bytes of a hash that a scan gives: enough to know content that we have, far too many to meet by chance. */
const HASH_START = 12;

export function canRunAgent({ can }: Profile): boolean {
  return can.sha256 && can.ilistdir && can.stat && can.hex;
}

/** @param repl in which the agent was installed along with the probe */
export async function openAgentFiles(
  line: Line,
  repl: RawRepl,
  profile: Profile,
  signal?: AbortSignal,
): Promise<BoardFiles> {
  const session = await AgentSession.start(line, repl, profile, signal);
  /** What is being written, and the file that it wrote last: that one can be renamed without ending the run. */
  let run: WriteRun | undefined;
  let written: BoardPath | undefined;

  const beginWriting = async (signal: AbortSignal | undefined): Promise<WriteRun> => {
    await session.learn('take', signal);
    await session.settle();
    const begun = await beginRun(session.link, { windowBits: session.window, isText: !profile.can.binary }, signal);
    session.keepOpen({
      async end() {
        run = undefined;
        await begun.end();
      },
    });
    run = begun;
    return begun;
  };

  /** A run that failed is not ended but stopped. */
  const stopWriting = async () => {
    run = undefined;
    session.closed();
    await session.link.rest();
  };

  /** A short command without an answer. */
  const order = (letter: string, paths: readonly BoardPath[], signal?: AbortSignal) =>
    session.again(paths[0] ?? '', async () => {
      await session.learn('take', signal);
      await session.ask(letter, paths.map(pathWord), signal);
    });

  return {
    scansHashes: true,
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
        await session.ask('s', words, signal, ({ data }) => {
          listed.push(...parse(data));
          onFound?.(listed.length - 1);
        });
        // The first entry is the folder that was asked about.
        return scanOf(listed.slice(1), profile, known);
      });
    },

    async hash(paths, signal, onHashed) {
      await session.learn('take', signal);
      const hashes = new Map<BoardPath, ContentHash | NoHash>();
      for (let rest = paths; rest.length > 0; ) {
        const batch = wordsThatFit(rest);
        rest = rest.slice(batch.length);
        await session.again(batch[0] ?? '', async () => {
          let at = 0;
          await session.ask('h', batch.map(pathWord), signal, ({ kind, data }) => {
            const path = batch[at++];
            if (path === undefined) return;
            const message = data.toString('utf8');
            const hash = kind === 'h' ? parseContentHash(data.toString('hex')) : undefined;
            if (!hashes.has(path)) onHashed?.(path);
            hashes.set(path, hash ?? { missing: /^(\[Errno )?2\b/.test(message), message });
          });
        });
      }
      return hashes;
    },

    read: createReads(session),

    async write(path, chunks, signal) {
      try {
        const hash = await (run ?? (await beginWriting(signal))).write(bytesFromText(`/${path}`), chunks, signal);
        written = path;
        return parseContentHash(hash);
      } catch (error) {
        await stopWriting();
        await session.ask('k', [pathWord(path)], undefined).catch(() => undefined);
        if (error instanceof LineFault) throw lineDamaged(line.url, `${displayPath(path)}: ${error.message}`);
        throw explainBoardException(error, path);
      }
    },

    async rename(from, to, signal) {
      if (!run || from !== written) return order('n', [from, to], signal);
      try {
        await run.rename(bytesFromText(`/${to}`), signal);
      } catch (error) {
        await stopWriting();
        throw explainBoardException(error instanceof LineFault ? lineDamaged(line.url, displayPath(from)) : error, to);
      }
    },

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
          const [total, free] = counts;
          return total === undefined || free === undefined ? undefined : { total, free };
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

function scanOf(listed: readonly Listed[], profile: Profile, known: ReadonlySet<ContentHash> | undefined): Scan {
  const byStart = new Map([...(known ?? [])].map((hash) => [hash.slice(0, 2 * HASH_START), hash]));
  const scan: Scan = { folders: [], files: [], temporaries: [], unreadable: [] };
  for (const entry of listed) {
    if (TEMPORARY_NAME.test(nameOf(entry.path))) scan.temporaries.push(entry.path);
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
