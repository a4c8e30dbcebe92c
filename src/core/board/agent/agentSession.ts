// A session with the agent on one board: starts it, sends parts that only some jobs need when they are needed, keeps at most one long
// exchange open (files coming down, or a run of chunks going up), and repeats what failed on the line.

import { isBackupError } from '../../errors.js';
import { t } from '../../l10n.js';
import type { BoardPath } from '../../paths.js';
import { explainBoardException, lineDamaged } from '../boardErrors.js';
import type { Line } from '../line.js';
import type { Profile } from '../probe.js';
import { OURS, type RawRepl } from '../rawRepl.js';
import { AgentLink, type Frame, LineFault } from './agentLink.js';
import { pathWord } from './frames.js';
import packSource from './pack.py';
import takeSource from './take.py';
import { CODE_LENGTHS } from './unpack.js';

/** Parts of the agent that only some jobs need: take.py, pack.py. */
export type Part = 'take' | 'pack';

const ATTEMPTS = 8;
/** How long the agent may take to end. */
const QUIT_MS = 2_000;
const SMALLEST_WINDOW = 9;
/** Bytes per second: on slower lines the board compresses what it sends. */
const SLOW_LINE = 60_000;
/** Frames of a file that the board sends before the first is acknowledged: see agent.py. */
const FRAMES_UNDER_WAY = 2;
/** Bytes per second of the usual serial line, 115,200 baud. */
const SERIAL_LINE = 11_520;
/** Bytes of heap that a board needs to compress, and to do so with a larger window. */
const PACKING_HEAP = 32_000;
const LARGE_HEAP = 64_000;
/**
 * Without viper only fast processors compress fast enough. Computing the codes takes a board as long as compressing 3 kB of Python, and
 * that should be at least twice as fast as the line.
 */
const CODES_AS_BYTES = 3_000;

/** An exchange that stays open over several calls. */
export interface Exchange {
  /** Ends it, so that the agent takes commands again. */
  end(signal?: AbortSignal): Promise<void>;
}

export class AgentSession {
  readonly link: AgentLink;
  /** For files going up: bits of the deflate window (0 if the board cannot inflate), and uncompressed bytes in a chunk. */
  readonly up: { windowBits: number; chunk: number };
  /** Bytes of a file that the agent holds in memory at a time. */
  private readonly block: number;
  /** How often the agent was started. */
  starts = 0;
  /** The numbers that the agent gave to files in its last scan: `r` takes them instead of paths. */
  private numbers: ReadonlyMap<BoardPath, number> = new Map();
  private readonly parts = new Set<Part>();
  private exchange: Exchange | undefined;
  /** Waits for the end of the agent; undefined if it does not run. */
  private ended: ((idleMs: number) => Promise<void>) | undefined;
  private packing: boolean | undefined;

  private constructor(
    private readonly line: Line,
    private readonly repl: RawRepl,
    readonly profile: Profile,
  ) {
    const { heap } = profile;
    this.block = Math.min(blockFor(heap), blockForLine(repl.bytesPerSecond));
    this.link = new AgentLink(line, {
      bytesPerSecond: repl.bytesPerSecond ?? SERIAL_LINE,
      underWay: FRAMES_UNDER_WAY * this.block,
    });
    this.up = { windowBits: profile.can.inflate ? windowFor(heap) : 0, chunk: blockFor(heap) };
  }

  /** The agent was sent with the probe. */
  static open(line: Line, repl: RawRepl, profile: Profile): AgentSession {
    const session = new AgentSession(line, repl, profile);
    session.begin();
    return session;
  }

  get url(): string {
    return this.line.url;
  }

  /** @param paths the files that the agent numbered in a scan, in order; undefined for names that cannot be a path */
  remembers(paths: ReadonlyArray<BoardPath | undefined>): void {
    this.numbers = new Map(paths.flatMap((path, number) => (path === undefined ? [] : [[path, number]])));
  }

  /** A file as an argument of the command `r`. */
  wordOf(path: BoardPath): string {
    const number = this.numbers.get(path);
    return number === undefined ? pathWord(path) : String(number);
  }

  /** Whether the agent was started and has not ended. */
  get isRunning(): boolean {
    return this.ended !== undefined;
  }

  /** Keeps this exchange open until something else is asked. */
  keepOpen(exchange: Exchange): void {
    this.exchange = exchange;
  }

  /** Ends the open exchange. @param signal of the next command: that of the exchange may be aborted */
  async settle(signal?: AbortSignal): Promise<void> {
    const open = this.exchange;
    this.exchange = undefined;
    await open?.end(signal);
  }

  /** The open exchange has ended by itself or failed. */
  closed(): void {
    this.exchange = undefined;
  }

  /** Repeats `work` if the line failed; it continues from where it was. */
  async again<T>(path: string, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof LineFault)) throw explainBoardException(error, path);
        if (attempt === ATTEMPTS) throw lineDamaged(this.url, error.message);
      }
    }
  }

  /** Sends one command, and passes on the frames of its answer. */
  async ask(
    letter: string,
    words: readonly string[],
    signal: AbortSignal | undefined,
    onFrame: (frame: Frame) => Promise<void> | void = () => {},
  ): Promise<void> {
    await this.settle(signal);
    for await (const frame of this.link.ask(letter, words, signal)) await onFrame(frame);
  }

  /** Sends a part of the agent, once. */
  async learn(part: Part, signal?: AbortSignal): Promise<void> {
    if (this.parts.has(part)) return;
    await this.halt();
    try {
      await this.repl.install(part === 'take' ? takeSource : this.packSource(), signal);
    } catch (error) {
      // The agent is needed again: a board without room for the part goes on without it, and after a cancel it cleans up.
      this.begin();
      throw error;
    }
    this.parts.add(part);
    if (part === 'pack') this.packing = await this.packsFastEnough(signal);
    this.begin();
  }

  /**
   * Whether the board compresses files from now on.
   *
   * @param bytes that are about to travel: for a few bytes, sending `pack.py` costs more than it saves
   */
  async packs(bytes: number, signal?: AbortSignal): Promise<boolean> {
    if (this.packing !== undefined) return this.packing;
    const { heap = LARGE_HEAP } = this.profile;
    const { bytesPerSecond } = this.repl;
    // If the speed of the line is not known: viper is usually faster than the line, bytecode may be slower than any line.
    const isFast = bytesPerSecond === undefined ? !this.profile.can.viper : bytesPerSecond > SLOW_LINE;
    if (isFast || heap < PACKING_HEAP) this.packing = false;
    else if (bytes >= 2 * packSource.length) {
      await this.learn('pack', signal).catch((error: unknown) => {
        if (!isBackupError(error, 'board-unsupported')) throw error;
        this.packing = false;
      });
    }
    return this.packing ?? false;
  }

  /** For a board that lacks the memory after all. @returns false if it did not compress anyway */
  packNoMore(): boolean {
    const didPack = this.packing === true;
    this.packing = false;
    return didPack;
  }

  /** How bytes travel, for logs and manifests. */
  get ways(): string[] {
    const { can } = this.profile;
    const packed = can.viper ? 'packed by viper' : 'packed';
    return ['agent', ...(can.binary ? [] : ['text streams']), ...(this.packing ? [packed] : []), ...this.waysUp()];
  }

  /** Ends the agent and removes our names from the board's memory. */
  async forget(): Promise<void> {
    await this.halt();
    await this.repl.exec(`del ${OURS}`);
  }

  private waysUp(): string[] {
    return this.parts.has('take') && this.up.windowBits > 0 ? ['deflated'] : [];
  }

  /** Has the agent start with its first command: that saves a round trip. */
  private begin(): void {
    const { windowBits, chunk } = this.up;
    const take = `,lambda*a:${OURS}['_mpb_take'](${windowBits},${chunk},*a)`;
    const source = `${OURS}['_mpb'](${this.block}${this.parts.has('take') ? take : ''})`;
    this.starts += 1;
    this.numbers = new Map();
    this.link.start = async (first, signal) => {
      this.ended = await this.repl.start(source, signal, () => {
        this.line.isText = !this.profile.can.binary;
        return first;
      });
    };
  }

  private async halt(): Promise<void> {
    await this.again('', async () => {
      await this.settle();
      if (this.ended === undefined) return;
      await this.link.quit();
      await this.ended(QUIT_MS).catch(async (error: unknown) => {
        if (!isBackupError(error, 'board-silent')) throw error;
        // The command was lost: once the agent is at rest, it can be sent again.
        await this.link.rest();
        throw new LineFault(t('the agent did not end'));
      });
    });
    this.line.isText = false;
    this.ended = undefined;
    this.link.start = undefined;
  }

  private packSource(): string {
    const { heap = LARGE_HEAP, can } = this.profile;
    const bits = blockForLine(this.repl.bytesPerSecond) < 2048 ? 11 : heap < LARGE_HEAP ? 12 : 13;
    const source = can.viper ? packSource : packSource.replace('@micropython.viper\n', '');
    return `_mpb_lengths=b'${CODE_LENGTHS}'\n_mpb_bits=${bits}\n${source}`;
  }

  private async packsFastEnough(signal: AbortSignal | undefined): Promise<boolean> {
    if (this.profile.can.viper) return true;
    const begun = performance.now();
    await this.repl.exec(`${OURS}['_mpb_codes']()`, { signal });
    const seconds = (performance.now() - begun) / 1000;
    return CODES_AS_BYTES / seconds > 2 * (this.repl.bytesPerSecond ?? 0);
  }
}

// Compiling our Python fragments the heap of a small board: the largest free block is far smaller than all free memory.

/** Bits of the deflate window that fits into a board's memory: it takes 2 to this power bytes, and 1.5 kB. */
function windowFor(heap: number | undefined): number {
  if (heap === undefined || heap > 240_000) return 15;
  if (heap > 120_000) return 14;
  if (heap > 100_000) return 12;
  return heap > 24_000 ? 10 : SMALLEST_WINDOW;
}

function blockFor(heap: number | undefined): number {
  if (heap === undefined || heap > 120_000) return 4096;
  return heap > LARGE_HEAP ? 1024 : 512;
}

/** So small that a cancel waits no longer than about a second for what is on the line. */
function blockForLine(bytesPerSecond = SERIAL_LINE): number {
  if (bytesPerSecond > 10_000) return 4096;
  return bytesPerSecond > 4_000 ? 2048 : 512;
}
