// Files coming down: several are sent for at once, each is checked by its hash, and what was lost on the line is asked for again
// from where it was.

import { createHash } from 'node:crypto';
import { throwIfCancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { type BoardPath, bytesFromText, displayPath } from '../../paths.js';
import { parseContentHash } from '../../tree.js';
import { BoardException, lineDamaged } from '../boardErrors.js';
import type { BoardFiles, ReadOptions } from '../boardFiles.js';
import type { Frame } from './agentLink.js';
import type { AgentSession } from './agentSession.js';
import { PROOF, wordsThatFit } from './frames.js';
import { createUnpacker, type Unpacker } from './unpack.js';

/** Files that the board was asked for and has not sent yet, in order. */
interface Stream {
  frames: AsyncGenerator<Frame, void, void>;
  coming: BoardPath[];
}

/** @returns the `read` of a board with an agent */
export function createReads(session: AgentSession): BoardFiles['read'] {
  let stream: Stream | undefined;
  /** In step with the board's ring; none after a fault, and none if nothing is packed. */
  let unpacker: Unpacker | undefined;
  /** Which start of the agent that ring belongs to. */
  let start = 0;

  const abandon = async () => {
    const open = stream;
    stream = undefined;
    unpacker = undefined;
    session.closed();
    await open?.frames.return();
  };

  const sendFor = async (path: BoardPath, received: number, { size = 0, next = [], signal }: ReadOptions) => {
    await session.settle(signal);
    const bytes = next.reduce((sum, file) => sum + file.size, Math.max(0, size - received));
    const packs = await session.packs(bytes, signal);
    const goesOn = unpacker !== undefined && start === session.starts;
    start = session.starts;
    if (!goesOn) unpacker = packs ? createUnpacker() : undefined;
    const words = [packs ? (goesOn ? 'p' : 'P') : '-', String(received)];
    const paths = wordsThatFit(
      [path, ...next.map((file) => file.path)].map((path) => session.wordOf(path)),
      words,
    );
    const coming = [path, ...next.map((file) => file.path)].slice(0, paths.length);
    stream = { frames: session.link.ask('r', [...words, ...paths], signal), coming };
    session.keepOpen({ end: () => abandon() });
    return stream;
  };

  /** The last file of a stream is followed by the end of the answer. */
  const finished = async ({ frames, coming }: Stream) => {
    coming.shift();
    if (coming.length > 0) return;
    stream = undefined;
    session.closed();
    await frames.next();
  };

  return async (path, sink, options = {}) => {
    const hash = createHash('sha256');
    let received = 0;
    const take = async (bytes: Uint8Array) => {
      hash.update(bytes);
      received += bytes.length;
      await sink(bytes);
    };
    for await (const chunk of options.prefix?.chunks() ?? []) await take(chunk);

    /** @returns the beginning of the hash that the board made, once the file has ended, or why the board cannot read it */
    const receive = async (from: Stream): Promise<Buffer | BoardException> => {
      for (;;) {
        throwIfCancelled(options.signal);
        const { value: frame } = await from.frames.next();
        if (frame === undefined) throw lineDamaged(session.url, t('{0} did not arrive', displayPath(path)));
        if (frame.kind === 'x') {
          await finished(from);
          return new BoardException(`OSError: ${frame.data.toString('utf8')}`);
        }
        const isLast = frame.kind === 'D' || frame.kind === 'C';
        const end = isLast ? frame.data.length - PROOF : frame.data.length;
        const data = frame.data.subarray(0, end);
        const isPacked = frame.kind.toLowerCase() === 'c';
        const plain = isPacked && unpacker ? unpacker.unpack(data) : data;
        if (!isPacked) unpacker?.pass(data);
        await take(plain);
        if (!isLast) continue;
        await finished(from);
        return frame.data.subarray(end);
      }
    };

    const receiveRest = async () => {
      const isComing = stream?.coming[0] === path && received === 0;
      const from = isComing && stream ? stream : await sendFor(path, received, options);
      const told = await receive(from).catch(async (error: unknown) => {
        await abandon();
        throw error;
      });
      if (told instanceof BoardException) throw told;
      const proof = hash
        .copy()
        .update(bytesFromText(`/${path}`))
        .digest();
      if (!proof.subarray(0, PROOF).equals(told))
        throw lineDamaged(session.url, t('{0} arrived damaged', displayPath(path)));
      return parseContentHash(hash.copy().digest('hex'));
    };
    return session.again(path, () =>
      receiveRest().catch((error: unknown) => {
        const lacksMemory = error instanceof BoardException && error.lacksMemory;
        if (lacksMemory && session.packNoMore()) return receiveRest();
        throw error;
      }),
    );
  };
}
