// Talks to the raw REPL of a board: enters it politely, runs code in it, and leaves it as it was found.
// The protocol is described in MicroPython's docs/reference/repl.rst.

import { deflateRawSync } from 'node:zlib';
import { isBackupError } from '../errors.js';
import loaderSource from './agent/loader.py';
import {
  BoardException,
  boardFloods,
  boardRefusesToStop,
  boardReset,
  boardSilent,
  cannotRunOurs,
  lineDamaged,
  programRunning,
  tellsOfRestart,
} from './boardErrors.js';
import type { Line, Wait } from './line.js';
import { pause } from './pause.js';
import { pythonCode } from './pythonLiteral.js';
import { CodeSender } from './sendCode.js';

const BANNER = 'raw REPL; CTRL-B to exit\r\n>';
const CTRL_A = '\x01';
const CTRL_B = '\x02';
const CTRL_C = '\x03';
const CTRL_D = '\x04';
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
/** Of aiorepl, to which Ctrl-C is a byte as any other. Where it has no raw REPL of its own, Ctrl-D ends it and its program. */
const ASYNC_PROMPT = '--> ';
/** How long a board that just answered at its prompt may take to say that it is in the raw REPL. */
const FROM_PROMPT_MS = 3_000;
/** Ctrl-C to a board that we wait for: one in so many milliseconds, and many in a row once it starts. */
const CALM_MS = 1_000;
const EAGER_MS = 50;
const EAGER_TRIES = 40;
const WAKING_TRIES = 3;
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

  private constructor(
    private readonly line: Line,
    /** True where a program had to be interrupted to get here. */
    readonly interrupted: boolean,
  ) {
    this.sender = new CodeSender(line, () => this.interrupt());
  }

  /**
   * Enters the raw REPL. A board that waits at its prompt is not interrupted at all; a running program gets one Ctrl-C and
   * time to clean up before the next (two quick ones would break its `finally`).
   *
   * @throws BackupError `board-busy` where the program holds out, `board-silent` where nothing answers
   */
  static async enter(line: Line, signal?: AbortSignal): Promise<RawRepl> {
    line.discard();
    let heard = 0;
    let interrupted = false;
    let stop = CTRL_C;
    try {
      await line.write(CTRL_A);
      if (await sees(line, BANNER, 500, signal)) return new RawRepl(line, false);
      for (const patienceMs of [1_000, 2_000, 5_000]) {
        // What came before, such as the echo of Ctrl-A within a half-typed line, says nothing about the Ctrl-C.
        heard += line.discard();
        const before: boolean = interrupted;
        interrupted = true;
        await line.write(stop);
        const answer = Buffer.from(await line.settle(200, patienceMs, signal)).toString('latin1');
        heard += answer.length;
        await line.write(CTRL_A);
        const rest = await heardUntil(line, BANNER, patienceMs, signal);
        interrupted = before || !isIdle(answer + (rest ?? ''));
        if (rest !== undefined) return new RawRepl(line, interrupted);
        if (answer.endsWith(ASYNC_PROMPT)) stop = CTRL_D;
      }
      interrupted ||= heard > 0;
      throw heard > 0 ? boardRefusesToStop(line.url) : boardSilent(line.url, 0);
    } catch (error) {
      await giveBack(line, interrupted);
      throw error;
    }
  }

  /**
   * Enters the raw REPL of a board that waits at its prompt, as far as is known. Where that is wrong, nothing is interrupted.
   *
   * @throws BackupError `program-running`
   */
  static async enterFromPrompt(line: Line, signal?: AbortSignal): Promise<RawRepl> {
    line.discard();
    try {
      await line.write(CTRL_A);
      if (await sees(line, BANNER, FROM_PROMPT_MS, signal)) return new RawRepl(line, false);
      throw programRunning(line.url);
    } catch (error) {
      await giveBack(line, false);
      throw error;
    }
  }

  /**
   * Waits until a board starts that was silent or whose program holds out, and stops the program before it comes to where it
   * catches Ctrl-C. Until then it gets one Ctrl-C a second, which a sleeping board does not notice.
   *
   * @param hasStarted true where it was restarted just now
   * @returns undefined where it did not come in time
   * @throws BackupError `port-lost`, `cancelled`
   */
  static async catchAtStart(
    line: Line,
    { waitMs, hasStarted, signal }: { waitMs: number; hasStarted: boolean; signal?: AbortSignal | undefined },
  ): Promise<RawRepl | undefined> {
    const giveUpAt = performance.now() + waitMs;
    let tries = hasStarted ? EAGER_TRIES : 0;
    let nextAt = performance.now();
    let heard = '';
    let wasQuiet = false;
    try {
      while (performance.now() < giveUpAt) {
        await line.hears(Math.max(0, nextAt - performance.now()), signal);
        const piece = line.peek();
        line.discard();
        heard = (heard + piece).slice(-200);
        if (tellsOfRestart(heard)) {
          tries = EAGER_TRIES;
          heard = '';
        } else if (wasQuiet && piece !== '') {
          // It may have woken up, or it is a program that prints now and then.
          tries = Math.max(tries, WAKING_TRIES);
        } else if (performance.now() < nextAt) continue;
        wasQuiet = piece === '';
        tries = Math.max(0, tries - 1);
        await line.write(CTRL_C);
        await pause(EAGER_MS, signal);
        await line.write(CTRL_A);
        // What ran will run again, and what was about to run shall.
        if (await sees(line, BANNER, 2 * EAGER_MS, signal)) return new RawRepl(line, true);
        nextAt = performance.now() + (tries > 0 ? EAGER_MS : CALM_MS);
      }
    } catch (error) {
      await giveBack(line, true);
      throw error;
    }
    await giveBack(line, true);
    return undefined;
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
    const packs = await this.inflates(signal);
    const plain = Buffer.from(source);
    const sent = packs ? deflateRawSync(plain, { level: 9, memLevel: 9, windowBits: INFLATE_WINDOW }) : plain;
    const call = pythonCode`${OURS}['_mpb_load'](${sent},${sum(plain)},${packs ? 1 : 0})`;
    return this.untilUndamaged(() => this.exec(call, { signal }));
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
      if (answer === undefined) throw lineDamaged(this.url, 'what it tells of itself did not come through');
      return answer === '1';
    });
    return this.inflating;
  }

  private async untilUndamaged<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        // The end of an answer may have been lost: such a board is silent, and comes back to its prompt all the same.
        const isEndLost = isBackupError(error, 'board-silent') && !this.line.isDead;
        const isDamage = isEndLost || error instanceof BoardException || isBackupError(error, 'line-damaged');
        if (!isDamage) throw error;
        const isTooLarge = error instanceof BoardException && error.lacksMemory;
        if (attempt < INSTALL_ATTEMPTS && !isTooLarge) continue;
        throw error instanceof BoardException ? cannotRunOurs(this.url, error) : error;
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
    return lineDamaged(this.line.url, 'its answer did not end where it should');
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
      if (!/^[0-9a-f]{4}$/.test(count)) throw lineDamaged(this.line.url, 'a length was no number');
      await onData?.(await this.readData(Number.parseInt(count, 16), wait));
    }
  }

  private async readData(length: number, wait: Wait): Promise<Uint8Array> {
    try {
      return await this.line.readExactly(length, wait);
    } catch (error) {
      // A board that hangs is noticed at the next try; most often a byte was lost on the line.
      throw isBackupError(error, 'board-silent')
        ? lineDamaged(this.line.url, 'fewer bytes came than announced')
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

/**
 * For a board whose raw REPL was not reached: what we stopped starts again, at once or when it has cleaned up (P34). Where the
 * line is gone, the error that is on its way says so.
 */
async function giveBack(line: Line, wasInterrupted: boolean): Promise<void> {
  await line.write(`\r${CTRL_B}${wasInterrupted ? CTRL_D : ''}`).catch(() => undefined);
}

/**
 * Was there no program, by what the board said to a Ctrl-C? A prompt and nothing else, whatever it looks like: that is a
 * half-typed line; or only the banner of the raw REPL: that is a slow line, on which the answer to the first Ctrl-A comes late;
 * or code that somebody began to send by raw-paste, which ends without a traceback.
 */
function isIdle(answer: string): boolean {
  return /^\S{0,8}$/.test(
    answer
      .replaceAll(BANNER, '')
      .replace(/\x04{1,2}KeyboardInterrupt: ?\r\n\x04/, '')
      .trim(),
  );
}

/** @returns what came before `text`; undefined where it did not come in time */
async function heardUntil(
  line: Line,
  text: string,
  withinMs: number,
  signal?: AbortSignal,
): Promise<string | undefined> {
  try {
    const before = await line.readUntil(text, { idleMs: withinMs, totalMs: withinMs, signal });
    return Buffer.from(before).toString('latin1');
  } catch (error) {
    if (isBackupError(error, 'board-silent')) return undefined;
    throw error;
  }
}

/** @returns false where `text` did not come in time */
async function sees(line: Line, text: string, withinMs: number, signal?: AbortSignal): Promise<boolean> {
  return (await heardUntil(line, text, withinMs, signal)) !== undefined;
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
