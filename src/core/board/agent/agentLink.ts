// The protocol of the agent on a board: sends commands, receives frames, and never accepts a damaged one. Checks and time-outs notice what
// the line loses or changes; then both sides come to rest, and the caller asks again from where it was (P32).

import { isBackupError, throwIfCancelled } from '../../errors.js';
import { t } from '../../l10n.js';
import { boardReset, boardSilent, exceptionFromRepr, lineDamaged, tellsOfRestart } from '../boardErrors.js';
import type { Line } from '../line.js';
import { ACKNOWLEDGE, checkOf, encodeCommand, HEAD_LENGTH, MAGIC, parseHead, STOP } from './frames.js';

/** After this long without a frame the acknowledgement is sent again, as it may have been lost. */
const NUDGE_MS = 1_000;
/** After this long without a frame the board counts as silent: flash can be slow, but the agent sends frames while it works. */
const PATIENCE_MS = 12_000;
/** How long the rest of a frame may take once it has begun. */
const FRAME_MS = 2_000;
/** How long the board may be busy with its flash before it takes the next piece. */
const RUN_PATIENCE_MS = 4_000;
/** How often the board is asked to come to rest, and how long it gets each time, in addition to the time on the line. */
const REST_ATTEMPTS = 3;
const ANSWER_MS = 1_000;
/** A board that lost bytes of a chunk waits for as many: these line ends take their place. */
const FILLER = '\n'.repeat(2_048);
const SIGN = ACKNOWLEDGE.charCodeAt(0);
const [MAGIC_1, MAGIC_2] = [MAGIC.charCodeAt(0), MAGIC.charCodeAt(1)];

export interface Frame {
  kind: string;
  data: Buffer;
}

/** What determines how long an answer takes on the line. */
export interface Pace {
  bytesPerSecond: number;
  /** Bytes that the board may have sent before it receives our request. */
  underWay: number;
}

/** The line failed in the middle of an answer, and the agent waits for the next command: ask again. */
export class LineFault extends Error {
  override readonly name = 'LineFault';
}

export class AgentLink {
  /** Starts the agent, and sends its first command along; undefined while it runs. */
  start: ((first: Uint8Array, signal: AbortSignal | undefined) => Promise<void>) | undefined;
  private token = 0;
  /** The last characters between frames: if the board stopped sending frames, they say why. */
  private foreign = '';

  constructor(
    private readonly line: Line,
    private readonly pace: Pace,
  ) {}

  /**
   * Sends one command and yields its frames as they arrive, except the last one, which ends the answer.
   *
   * @throws LineFault if a frame was lost or changed; the caller asks again
   * @throws BoardException if the command raised an exception on the board
   * @throws BackupError `board-silent`, `board-reset`, `port-lost`, `cancelled`
   */
  async *ask(letter: string, words: readonly string[], signal?: AbortSignal): AsyncGenerator<Frame, void, void> {
    await this.begin(letter, words, signal);
    let finished = false;
    try {
      for (let sequence = 0; ; sequence = (sequence + 1) & 255) {
        const frame = await this.next(sequence, signal);
        if (frame.kind === 'b') continue;
        if (frame.kind === 'n') throw new LineFault(t('a command was damaged'));
        if (frame.kind === 'z' || frame.kind === 'e') finished = true;
        await this.line.write(ACKNOWLEDGE);
        if (frame.kind === 'e') throw exceptionFromRepr(frame.data.toString('utf8'));
        if (frame.kind === 'z') return;
        yield frame;
      }
    } finally {
      // After a fault, a cancel, or a caller that stops early, the board must not go on sending.
      if (!finished) await this.rest();
    }
  }

  /** Sends a command whose answer is more than frames. The first command is sent along with the agent's start. */
  async begin(letter: string, words: readonly string[], signal?: AbortSignal): Promise<void> {
    const command = encodeCommand(letter, words);
    const { start } = this;
    await (start ? start(command, signal) : this.line.write(command));
    // Only now: if that was cancelled, the next command starts the agent.
    this.start = undefined;
  }

  write(bytes: Uint8Array): Promise<void> {
    return this.line.write(bytes);
  }

  /**
   * The next answer of a board that receives a run of chunks: a frame, or the sign that it has taken a piece.
   *
   * @returns undefined for the sign
   * @throws LineFault if neither came in time, or a frame was damaged
   */
  async signOrFrame(sequence: number, signal?: AbortSignal): Promise<Frame | undefined> {
    for (;;) {
      const [byte] = await this.readOne(signal);
      if (byte === SIGN) return undefined;
      if (byte === MAGIC_1 && (await this.readOne(signal))[0] === MAGIC_2) return this.checked(sequence, signal);
    }
  }

  /** The next frame of a run. @param onSign called for each sign before it */
  async frame(sequence: number, signal: AbortSignal | undefined, onSign: () => void): Promise<Frame> {
    for (;;) {
      const frame = await this.signOrFrame(sequence, signal);
      if (frame) return frame;
      onSign();
    }
  }

  /** The error for a frame that was not expected. */
  unexpected({ kind, data }: Frame): Error {
    return kind === 'e' ? exceptionFromRepr(data.toString('utf8')) : new LineFault(t('a chunk was damaged'));
  }

  /** Ends the agent: the raw REPL takes over again. */
  async quit(): Promise<void> {
    await this.line.write(encodeCommand('q'));
  }

  private async next(sequence: number, signal: AbortSignal | undefined): Promise<Frame> {
    // Counted, not timed: the sleep of this computer must not count as silence of the board.
    for (let nudges = 0; ; nudges++) {
      throwIfCancelled(signal);
      try {
        this.hear(await this.line.readUntil(MAGIC, { idleMs: NUDGE_MS, totalMs: NUDGE_MS, signal }));
        break;
      } catch (error) {
        if (!isBackupError(error, 'board-silent')) throw error;
        this.explainForeign(this.line.peek());
        if (nudges * NUDGE_MS >= PATIENCE_MS) throw error;
        await this.line.write(`\n${ACKNOWLEDGE}`);
      }
    }
    return this.checked(sequence, signal);
  }

  private async readOne(signal: AbortSignal | undefined): Promise<Uint8Array> {
    throwIfCancelled(signal);
    try {
      return await this.line.readExactly(1, { idleMs: RUN_PATIENCE_MS, signal });
    } catch (error) {
      if (!isBackupError(error, 'board-silent')) throw error;
      throw new LineFault(t('the board accepted no more'));
    }
  }

  private async checked(sequence: number, signal: AbortSignal | undefined): Promise<Frame> {
    const frame = await this.restOfFrame(signal);
    if (frame === undefined) throw new LineFault(t('a frame was damaged'));
    if (frame.sequence !== sequence) throw new LineFault(t('a frame was lost'));
    return frame;
  }

  private async restOfFrame(signal: AbortSignal | undefined): Promise<(Frame & { sequence: number }) | undefined> {
    try {
      const wait = { idleMs: FRAME_MS, signal };
      const head = await this.line.readExactly(HEAD_LENGTH, wait);
      const parsed = parseHead(head);
      if (!parsed) return undefined;
      const data = Buffer.from(await this.line.readExactly(parsed.length, wait));
      if (checkOf(data, head.subarray(0, 4)) !== parsed.check) return undefined;
      return { kind: parsed.kind, sequence: parsed.sequence, data };
    } catch (error) {
      if (isBackupError(error, 'board-silent')) return undefined;
      throw error;
    }
  }

  /** Stops what the agent does, and waits until it answers with a token that was not used before. */
  async rest(): Promise<void> {
    const start = performance.now();
    for (let attempt = 1; attempt <= REST_ATTEMPTS; attempt++) {
      const filler = attempt === 1 ? '' : FILLER;
      this.token++;
      const word = this.token.toString(16).padStart(4, '0');
      await this.line.write(`${STOP}${filler}\n`);
      await this.line.write(encodeCommand('?', [word]));
      const onLine = this.pace.underWay + filler.length;
      if (await this.answers(word, ANSWER_MS + (1000 * onLine) / this.pace.bytesPerSecond)) return;
    }
    this.line.isDead = true;
    this.explainForeign(this.foreign + this.line.peek());
    throw boardSilent(this.line.url, performance.now() - start);
  }

  private async answers(word: string, withinMs: number): Promise<boolean> {
    const giveUp = performance.now() + withinMs;
    try {
      while (performance.now() < giveUp) {
        this.hear(await this.line.readUntil(MAGIC, { idleMs: withinMs, totalMs: withinMs }));
        const frame = await this.restOfFrame(undefined);
        if (frame?.kind !== '?' || frame.data.toString('latin1') !== word) continue;
        // The frame that ends this answer must be read, or the next command would take it for its own.
        await this.line.readUntil(MAGIC, { idleMs: withinMs });
        await this.restOfFrame(undefined);
        return true;
      }
    } catch (error) {
      if (!isBackupError(error, 'board-silent')) throw error;
    }
    return false;
  }

  private hear(bytes: Uint8Array): void {
    this.foreign = (this.foreign + Buffer.from(bytes).toString('latin1')).slice(-400);
  }

  /** @throws BackupError if the text between frames shows that the board was reset or that the agent ended */
  private explainForeign(text: string): void {
    if (tellsOfRestart(text)) throw boardReset(this.line.url);
    if (/Traceback|MemoryError|KeyboardInterrupt/.test(text))
      throw lineDamaged(this.line.url, t('our program on the board ended'));
  }
}
