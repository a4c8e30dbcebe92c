// The files of a board by way of the agent: few round trips, binary frames, and what was lost on the line asked for again.

import { createHash } from 'node:crypto';
import { Inflate } from 'fflate';
import { messageOf } from '../../errors.js';
import { type BoardPath, bytesFromText, displayPath, nameOf } from '../../paths.js';
import { type ContentHash, parseContentHash, type Scan } from '../../tree.js';
import { BoardException, explainBoardException, lineDamaged } from '../boardErrors.js';
import { type BoardFiles, boardTime, type NoHash, TEMPORARY_NAME } from '../boardFiles.js';
import type { Line } from '../line.js';
import type { Profile } from '../probe.js';
import { OURS, type RawRepl } from '../rawRepl.js';
import agentSource from './agent.py';
import { AgentLink, type Frame, LineFault } from './agentLink.js';
import { pathWord } from './frames.js';
import packSource from './pack.py';
import { type Listed, listingParser } from './scanAnswer.js';
import takeSource from './take.py';
import { beginRun, type WriteRun } from './writeRun.js';

/** A command is no longer than every board can hold while it is busy. */
const COMMAND_LENGTH = 120;
/** Parts of the agent that only some jobs need: pack.py, take.py. */
type Part = 'pack' | 'take';

const ATTEMPTS = 8;
const SMALLEST_WINDOW = 9;
/** Bytes a second: on slower lines the board compresses what it sends. */
const SLOW_LINE = 60_000;
/** Bytes of a hash that a scan gives: enough to know content that we have, far too many to meet by chance. */
const HASH_START = 12;

export function canRunAgent({ can }: Profile): boolean {
  return can.binary && can.sha256 && can.ilistdir && can.stat && can.hex;
}

export async function openAgentFiles(
  line: Line,
  repl: RawRepl,
  profile: Profile,
  signal?: AbortSignal,
): Promise<BoardFiles> {
  const link = new AgentLink(line);
  // How long the board takes for our program tells the speed of the line: it asks for each 128 bytes of it.
  const begun = performance.now();
  await repl.install(agentSource, signal);
  let ended = await repl.start(`${OURS}['_mpb']()\n`, signal);
  const bytesPerSecond = (1000 * agentSource.length) / (performance.now() - begun);
  const isPacked = profile.can.deflate && bytesPerSecond < SLOW_LINE;
  const window = profile.can.inflate ? windowFor(profile.heap) : 0;
  const known = new Set<Part>();
  let run: WriteRun | undefined;
  /** The file that `run` wrote last: it can be renamed without ending the run. */
  let written: BoardPath | undefined;

  /** Does it again where the line failed; `work` goes on from where it was. */
  const again = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LineFault)) throw explainBoardException(error, path);
        if (attempt === ATTEMPTS) throw lineDamaged(line.url, error.message);
      }
    }
  };

  /** Asks the agent, after what was written is finished. */
  const ask = async (
    letter: string,
    words: readonly string[],
    signal: AbortSignal | undefined,
    onFrame: (frame: Frame) => Promise<void> | void = () => {},
  ) => {
    await endRun();
    for await (const frame of link.ask(letter, words, signal)) await onFrame(frame);
  };

  const endRun = async () => {
    const ending = run;
    run = undefined;
    written = undefined;
    await ending?.end();
  };

  /** What only some jobs need is sent when it is needed, and not before. */
  const learn = async (part: Part) => {
    if (known.has(part)) return;
    await endRun();
    await link.quit();
    await ended();
    known.add(part);
    const taking = known.has('take') ? `lambda*a:${OURS}['_mpb_take'](${window || SMALLEST_WINDOW},*a)` : '';
    await repl.install(part === 'take' ? takeSource : packSource, signal);
    ended = await repl.start(`${OURS}['_mpb'](${taking})\n`, signal);
  };

  /** A short command without an answer. */
  const order = (letter: string, paths: readonly BoardPath[], signal?: AbortSignal) =>
    again(paths[0] ?? '', async () => {
      await learn('take');
      await ask(letter, paths.map(pathWord), signal);
    });

  const files: BoardFiles = {
    way: 'binary',
    scansHashes: true,
    hashesOnBoard: true,

    async scan(root, skip, { signal, onFound, known } = {}) {
      const fields = { times: known === undefined, hashes: known !== undefined };
      const how = `${fields.times ? 't' : ''}${fields.hashes ? 'h' : ''}` || '-';
      const words = [root === '' ? 'x' : pathWord(root), how, ...skip.map(pathWord)];
      return again(root, async () => {
        const parse = listingParser(fields);
        const listed: Listed[] = [];
        await ask('s', words, signal, ({ data }) => {
          listed.push(...parse(data));
          onFound?.(listed.length - 1);
        });
        // The first entry is the folder that was asked about.
        return scanOf(listed.slice(1), profile, known);
      });
    },

    async hash(paths, signal, onHashed) {
      const hashes = new Map<BoardPath, ContentHash | NoHash>();
      for (const batch of batches(paths)) {
        await again(batch[0] ?? '', async () => {
          let at = 0;
          await ask('h', batch.map(pathWord), signal, ({ kind, data }) => {
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

    async read(path, sink, signal) {
      const hash = createHash('sha256');
      let received = 0;
      let whole: ContentHash | undefined;
      if (isPacked) await learn('pack');
      await again(path, async () => {
        const take = async (bytes: Uint8Array) => {
          hash.update(bytes);
          received += bytes.length;
          await sink(bytes);
        };
        const unpack = isPacked ? inflater(take) : take;
        const words = [pathWord(path), String(received), ...(isPacked ? ['p'] : [])];
        await ask('r', words, signal, async ({ kind, data }) => {
          if (kind === 'h') whole = parseContentHash(data.toString('hex'));
          else if (kind !== 'p') await unpack(data);
          // What came before the line failed: still the beginning of the same file?
          else if (!data.equals(hash.copy().digest()))
            throw lineDamaged(line.url, `${displayPath(path)} changed meanwhile`);
        });
      });
      return whole;
    },

    async write(path, chunks, signal) {
      await learn('take');
      try {
        run ??= await beginRun(link, window, signal);
        const hash = await run.write(bytesFromText(`/${path}`), chunks, signal);
        written = path;
        return parseContentHash(hash);
      } catch (error) {
        run = undefined;
        await link.rest();
        await ask('k', [pathWord(path)], undefined).catch(() => undefined);
        if (error instanceof LineFault) throw lineDamaged(line.url, `${displayPath(path)}: ${error.message}`);
        throw explainBoardException(error, path);
      }
    },

    async rename(from, to, signal) {
      if (!run || from !== written) return order('n', [from, to], signal);
      try {
        await run.rename(bytesFromText(`/${to}`), signal);
      } catch (error) {
        run = undefined;
        await link.rest();
        throw explainBoardException(error instanceof LineFault ? lineDamaged(line.url, displayPath(from)) : error, to);
      }
    },

    remove: (path, type, signal) => order(type === 'file' ? 'k' : 'K', [path], signal),
    makeFolder: (path, signal) => order('m', [path], signal),

    async space(path, signal) {
      if (!profile.can.statvfs) return undefined;
      try {
        return await again(path, async () => {
          const counts: number[] = [];
          await ask('v', [pathWord(path)], signal, ({ data }) => void counts.push(Number(data.readBigUInt64LE())));
          const [total, free] = counts;
          return total === undefined || free === undefined ? undefined : { total, free };
        });
      } catch (error) {
        // A file system without statvfs (ROMFS, a Python one): free space is unknown, nothing else is wrong.
        if (error instanceof Error && error.cause instanceof BoardException) return undefined;
        throw error;
      }
    },

    async forget() {
      await endRun();
      await link.quit();
      await ended();
      await repl.exec(`del ${OURS}`);
    },
  };
  return files;
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

/** As many paths as one command holds, at least one. */
function batches(paths: readonly BoardPath[]): BoardPath[][] {
  const all: BoardPath[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const path of paths) {
    const more = pathWord(path).length + 1;
    if (length + more > COMMAND_LENGTH) {
      all.push([]);
      length = 0;
    }
    all.at(-1)?.push(path);
    length += more;
  }
  return all;
}

/** Inflates one stream as it comes. @throws LineFault where it is no such stream: the board is asked again */
function inflater(sink: (bytes: Uint8Array) => Promise<void>): (bytes: Uint8Array) => Promise<void> {
  const inflate = new Inflate();
  const out: Uint8Array[] = [];
  inflate.ondata = (bytes) => void out.push(bytes);
  return async (bytes) => {
    try {
      inflate.push(bytes);
    } catch (error) {
      throw new LineFault(messageOf(error));
    }
    for (const piece of out.splice(0)) await sink(piece);
  };
}

/** Bits of the deflate window that fits a board's memory beside everything else: 2 to that power, and 1.5 kB. */
function windowFor(heap: number | undefined): number {
  if (heap === undefined || heap > 60_000) return 12;
  return heap > 24_000 ? 10 : SMALLEST_WINDOW;
}
