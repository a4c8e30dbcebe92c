// Talks to the raw REPL of a board: runs code in it, and leaves the board as it was found.
// The protocol is described in MicroPython's docs/reference/repl.rst.

import { deflateRawSync } from 'node:zlib';
import { isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import loaderSource from './agent/loader.py';
import { BoardException, boardFloods, boardReset, cannotRunOurs, lineDamaged, tellsOfRestart } from './boardErrors.js';
import type { Line, Wait } from './line.js';
import { pythonCode } from './pythonLiteral.js';
import { BANNER, CTRL_A, CTRL_B, CTRL_C, CTRL_D, sees } from './rawMode.js';
import { CodeSender } from './sendCode.js';

const END = 0x04;
/** Begins binary data in the output of our own Python: then four hex digits of length, then that many bytes. */
const DATA = 0x0e;

/**
 * How long a board may be silent while it works for us: the Python that we send speaks up more often than this. And how long
 * others may print before an answer that comes in one piece.
 */
const PATIENCE_MS = 10_000;
/** The board's name for the names that are ours: `_mpbg['_mpb']`. */
export const OURS = '_mpbg';
/** Bytes that an answer to our own Python may have, with all that others print in between. */
const LONGEST_ANSWER = 1 << 18;
/** Characters that are enough to know the banner of a board that starts. */
const LONGEST_BANNER = 400;
/** How often our own Python is sent before its error counts as one of the board. */
const INSTALL_ATTEMPTS = 3;
/** How often the prompt is looked for after a restart. */
const RESTART_ATTEMPTS = 4;

/** Bits of the deflate window with which our Python travels: the board needs two to that power of memory for it. */
const INFLATE_WINDOW = 12;
export interface ExecOptions {
  signal?: AbortSignal | undefined;
  /** How long the board may be silent; long enough for all that our own Python does where nothing is said. */
  patienceMs?: number;
  /** Gets the output as it arrives, one piece after the other; without it, the output is returned whole. */
  onOutput?: (piece: Uint8Array) => Promise<void>;
  /** Gets the binary data that our own Python marks as such. */
  onData?: (bytes: Uint8Array) => Promise<void>;
}

export class RawRepl {
  private readonly sender: CodeSender;
  private inflating: boolean | undefined;
  /** The end of the text that came since the last exec began: a board that restarts says so there. */
  private heard = '';

  /** Of a board that is in the raw REPL by now: see enterRawRepl.ts. */
  constructor(
    private readonly line: Line,
    /** True where a program had to be interrupted to get here. */
    readonly interrupted: boolean,
  ) {
    this.sender = new CodeSender(line, () => this.interrupt());
  }

  /**
   * Runs Python on the board.
   *
   * @returns what it printed; empty where `onOutput` took it
   * @throws BoardException with the traceback, where the code raised
   * @throws BackupError `board-silent`, `board-reset`, `port-lost`, `line-damaged`, `cancelled`
   */
  async exec(source: string | Uint8Array, options: ExecOptions = {}): Promise<Uint8Array> {
    const { signal, patienceMs = PATIENCE_MS } = options;
    const wait = { idleMs: patienceMs, signal };
    this.heard = '';
    try {
      await this.sender.send(Buffer.from(source), signal);
      const output = await this.receive(options);
      const traceback = await this.readText(wait);
      await this.line.readUntil('>', { ...wait, totalMs: patienceMs });
      if (traceback !== '') throw this.exceptionOf(traceback);
      return output;
    } catch (error) {
      // Whatever ends this early (a cancel, a time-out, a full disk on our side): the board must not go on alone.
      if (!(error instanceof BoardException)) await this.interrupt();
      const isOdd = isBackupError(error, 'board-silent') || isBackupError(error, 'line-damaged');
      throw isOdd && tellsOfRestart(this.heard) ? boardReset(this.line.url) : error;
    }
  }

  get url(): string {
    return this.line.url;
  }

  /** See {@link CodeSender}. */
  get bytesPerSecond(): number | undefined {
    return this.sender.bytesPerSecond;
  }

  /**
   * Runs Python of ours that must arrive as it was sent: it travels deflated where the board inflates, the board adds up its
   * bytes before it runs them, and it is sent again where one was lost or changed on the line (P32). It runs among names of its
   * own, {@link OURS}: a program that was interrupted may have called a variable `len` or `open`.
   *
   * @returns what it printed
   */
  async install(source: string, signal?: AbortSignal): Promise<Uint8Array> {
    const plain = Buffer.from(source);
    const packed = deflateRawSync(plain, { level: 9, memLevel: 9, windowBits: INFLATE_WINDOW });
    const load = (sent: Uint8Array, isPacked: boolean) => {
      const call = pythonCode`${OURS}['_mpb_load'](${sent},${sum(plain)},${isPacked ? 1 : 0})`;
      return this.untilUndamaged(() => this.exec(call, { signal }));
    };
    if (!(await this.inflates(signal))) return load(plain, false);
    try {
      return await load(packed, true);
    } catch (error) {
      // The window for inflating may be all that there is no memory for.
      if (!isBackupError(error, 'board-unsupported')) throw error;
      return load(plain, false);
    }
  }

  /**
   * Sends the first Python of ours, the one that takes the rest, once.
   *
   * @returns true where the board inflates
   */
  private async inflates(signal: AbortSignal | undefined): Promise<boolean> {
    this.inflating ??= await this.untilUndamaged(async () => {
      const loader = Buffer.from(loaderSource);
      const code = pythonCode`import builtins as ${OURS}
${OURS}=(lambda b,n,s:(b.sum(s)==${sum(loader)} or b.int('x'),b.exec(s,n),n)[2])(${OURS},{},${loader})`;
      const [, answer] =
        /^mpb ([01])\r?$/m.exec(Buffer.from(await this.exec(code, { signal })).toString('latin1')) ?? [];
      if (answer === undefined) throw lineDamaged(this.url, t('what it tells of itself did not come through'));
      return answer === '1';
    });
    return this.inflating;
  }

  private async untilUndamaged<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        // The end of an answer may have been lost: such a board is silent, and comes back to its prompt all the same. To one that
        // does not, nothing more is sent: it would come upon all of it when it wakes.
        const isFault = isBackupError(error, 'board-silent') || isBackupError(error, 'line-damaged');
        if (this.line.isDead) throw silenceBehind(error);
        if (!(isFault || error instanceof BoardException)) throw error;
        const isTooLarge = error instanceof BoardException && error.lacksMemory;
        if (attempt < INSTALL_ATTEMPTS && !isTooLarge) continue;
        if (!(error instanceof BoardException)) throw error;
        // By this the board says that its bytes do not add up to what was sent.
        throw error.lastLine.startsWith('ValueError')
          ? lineDamaged(this.url, t('the board did not take the code whole'), error)
          : cannotRunOurs(this.url, error);
      }
    }
  }

  /**
   * Starts Python that talks with us in its own way until it ends by itself. It is started again where it is not clear whether
   * the board took it: what it begins with must do no harm twice.
   *
   * @param first gives what it reads first, which travels along
   * @returns waits for that end, in silence at most so many milliseconds: the raw REPL then takes code again. It throws
   *   BoardException where the code raised.
   */
  async start(
    source: string,
    signal?: AbortSignal,
    first?: () => Uint8Array,
  ): Promise<(idleMs: number) => Promise<void>> {
    await this.untilUndamaged(async () => {
      try {
        await this.sender.send(Buffer.from(source), signal, first);
      } catch (error) {
        await this.interrupt();
        throw error;
      }
    });
    return async (idleMs) => {
      await this.receive({ patienceMs: idleMs });
      const traceback = await this.readText({ idleMs });
      await this.line.readUntil('>', { idleMs, totalMs: PATIENCE_MS });
      if (traceback !== '') throw this.exceptionOf(traceback);
    };
  }

  /** Data that lost a byte on the line can end early by what looks like an end: what follows is no traceback then. */
  private exceptionOf(traceback: string): Error {
    const isTraceback = /^[A-Za-z_][\w.]*(:.*)?$/.test(traceback.trimEnd().split(/\r?\n/).at(-1) ?? '');
    const isText = !/[\x00-\x08\x0b\x0c\x0e-\x1f]/.test(traceback);
    if (isTraceback && isText) return new BoardException(traceback);
    return lineDamaged(this.line.url, t('its answer did not end where it should'));
  }

  private hear(bytes: Uint8Array): string {
    this.heard = (this.heard + Buffer.from(bytes).toString('latin1')).slice(-LONGEST_BANNER);
    return this.heard;
  }

  private async readText(wait: Wait): Promise<string> {
    const pieces: Uint8Array[] = [];
    const start = performance.now();
    for await (const piece of this.line.readPieces([END], wait)) {
      pieces.push(piece);
      if (performance.now() - start > PATIENCE_MS) throw boardFloods(this.line.url);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  private async receive({ signal, patienceMs = PATIENCE_MS, onOutput, onData }: ExecOptions): Promise<Uint8Array> {
    const wait = { idleMs: patienceMs, signal };
    const start = performance.now();
    const kept: Uint8Array[] = [];
    let length = 0;
    const ends = onData ? [END, DATA] : [END];
    for (;;) {
      const pieces = this.line.readPieces(ends, wait);
      let next = await pieces.next();
      for (; !next.done; next = await pieces.next()) {
        // Its own program may run now, and print without an end.
        if (tellsOfRestart(this.hear(next.value))) throw boardReset(this.line.url);
        if (onOutput) await onOutput(next.value);
        else kept.push(next.value);
        length += next.value.length;
        // A board that floods the line must not fill our memory, and not hold us for ever (P33).
        const isEndless = length > LONGEST_ANSWER || performance.now() - start > PATIENCE_MS;
        if (!onOutput && isEndless) throw boardFloods(this.line.url);
      }
      if (next.value === END) return Buffer.concat(kept);
      const count = Buffer.from(await this.line.readExactly(4, wait)).toString('latin1');
      if (!/^[0-9a-f]{4}$/.test(count)) throw lineDamaged(this.line.url, t('a length was no number'));
      await onData?.(await this.readData(Number.parseInt(count, 16), wait));
    }
  }

  private async readData(length: number, wait: Wait): Promise<Uint8Array> {
    try {
      return await this.line.readExactly(length, wait);
    } catch (error) {
      // A board that hangs is noticed at the next try; most often a byte was lost on the line.
      throw isBackupError(error, 'board-silent')
        ? lineDamaged(this.line.url, t('fewer bytes came than announced'))
        : error;
    }
  }

  /**
   * Restarts Python and stays in the raw REPL: main.py does not run, and the memory that a stopped program held is free.
   *
   * @throws BackupError `board-silent` where the board does not come back
   */
  async restart(signal?: AbortSignal): Promise<void> {
    await this.line.write(CTRL_D);
    for (let attempt = 1; attempt < RESTART_ATTEMPTS; attempt++) {
      if (await sees(this.line, BANNER, 1_000, signal)) return;
      await this.line.write(`\r${CTRL_A}`);
    }
    await this.line.readUntil(BANNER, { idleMs: 2_000, totalMs: 2_000, signal });
  }

  /**
   * Gives the board back: to its prompt, or, where a program was interrupted and `restart` is wished, to a soft reset, which
   * runs boot.py and main.py again.
   */
  async leave(restart: boolean): Promise<void> {
    // Nothing answers: what we say now is for the case that it listens all the same.
    if (this.line.isDead) return this.line.write(`${CTRL_C}\r${CTRL_B}${restart ? CTRL_D : ''}`);
    await this.line.write(`\r${CTRL_B}`);
    await sees(this.line, '>>> ', 1_000);
    if (!restart) return;
    await this.line.write(CTRL_D);
    await sees(this.line, 'soft reboot', 2_000);
  }

  /**
   * Stops what runs and finds the prompt again, so that the board can be used and left well whatever happened.
   *
   * @returns false where it does not answer any more, or has started anew
   */
  private async interrupt(): Promise<boolean> {
    this.line.isText = false;
    try {
      await this.line.write(CTRL_C);
      this.hear(await this.line.settle(100, 400));
      await this.line.write(`\r${CTRL_A}`);
      this.line.isDead = !(await sees(this.line, BANNER, 400));
    } catch (error) {
      // The line is gone: the error that brought us here tells it better.
      if (!isBackupError(error)) throw error;
      this.line.isDead = true;
    }
    return !this.line.isDead && !tellsOfRestart(this.heard);
  }
}

/** What seemed to be lost on the line, of a board that has not answered since, is its silence. */
function silenceBehind(error: unknown): unknown {
  return isBackupError(error, 'line-damaged') && isBackupError(error.cause, 'board-silent') ? error.cause : error;
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
