// Talks to the raw REPL of a board: runs code in it, restarts the board, and leaves it.
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
/** Starts binary data in the output of our own Python: four hex digits of length follow, then that many bytes. */
const DATA = 0x0e;

/**
 * How long a board may be silent while it works for us: our Python prints something more often than this. And how long other code on the
 * board may print before an answer that comes in one piece.
 */
const PATIENCE_MS = 10_000;
/** The one global name that we use on the board; it holds all others: `_mpbg['_mpb']`. */
export const OURS = '_mpbg';
/** The most bytes of an answer to our own Python, with everything that other code prints in between. */
const LONGEST_ANSWER = 1 << 18;
/** As many characters as are needed to recognise the banner of a board that starts. */
const LONGEST_BANNER = 400;
/** How often our own Python is sent before an exception in it counts as a fault of the board. */
const INSTALL_ATTEMPTS = 3;
/** How often we look for the prompt after a restart. */
const RESTART_ATTEMPTS = 4;

/** Bits of the deflate window for our Python: the board needs 2 to this power bytes of memory to inflate it. */
const INFLATE_WINDOW = 12;

export interface ExecOptions {
  signal?: AbortSignal | undefined;
  /** How long the board may be silent. The default is long enough for our own Python. */
  patienceMs?: number;
  /** Gets the output piece by piece as it arrives; without it, the whole output is returned. */
  onOutput?: (piece: Uint8Array) => Promise<void>;
  /** Gets the binary data that our own Python marks as such. */
  onData?: (bytes: Uint8Array) => Promise<void>;
}

export class RawRepl {
  private readonly sender: CodeSender;
  private inflating: boolean | undefined;
  /** The last characters of the output since the last exec began: there the banner of a board that restarts is found. */
  private heard = '';

  /** The board must be in the raw REPL: see enterRawRepl.ts. */
  constructor(
    private readonly line: Line,
    /** True if a program had to be interrupted to get here. */
    readonly interrupted: boolean,
  ) {
    this.sender = new CodeSender(line, () => this.interrupt());
  }

  /**
   * Runs Python on the board.
   *
   * @returns what it printed; empty if `onOutput` took it
   * @throws BoardException with the traceback, if the code raised an exception
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
      // Whatever ended this early (a cancel, a time-out, a full disk on our side), the code on the board must not keep running.
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
   * Runs our own Python, which must arrive unchanged: it is sent deflated if the board can inflate, the board checks the sum of its bytes
   * before it runs them, and it is sent again if a byte was lost or changed on the line (P32). It runs in a namespace of its own,
   * {@link OURS}, since an interrupted program may have a variable called `len` or `open`.
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
   * Sends the loader, the first of our Python, which receives the rest. Only once.
   *
   * @returns true if the board inflates
   */
  private async inflates(signal: AbortSignal | undefined): Promise<boolean> {
    this.inflating ??= await this.untilUndamaged(async () => {
      const loader = Buffer.from(loaderSource);
      const code = pythonCode`import builtins as ${OURS}
${OURS}=(lambda b,n,s:(b.sum(s)==${sum(loader)} or b.int('x'),b.exec(s,n),n)[2])(${OURS},{},${loader})`;
      const [, answer] =
        /^mpb ([01])\r?$/m.exec(Buffer.from(await this.exec(code, { signal })).toString('latin1')) ?? [];
      if (answer === undefined) throw lineDamaged(this.url, t('its description of itself did not arrive whole'));
      return answer === '1';
    });
    return this.inflating;
  }

  private async untilUndamaged<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        // If the end of an answer was lost, the board is silent, but has returned to its prompt. If it has not, nothing more is sent:
        // it would run all of it when it wakes up.
        const isFault = isBackupError(error, 'board-silent') || isBackupError(error, 'line-damaged');
        if (this.line.isDead) throw silenceBehind(error);
        if (!(isFault || error instanceof BoardException)) throw error;
        const isTooLarge = error instanceof BoardException && error.lacksMemory;
        if (attempt < INSTALL_ATTEMPTS && !isTooLarge) continue;
        if (!(error instanceof BoardException)) throw error;
        // By this the board says that its bytes do not add up to what was sent.
        throw error.lastLine.startsWith('ValueError')
          ? lineDamaged(this.url, t('the code did not arrive whole'), error)
          : cannotRunOurs(this.url, error);
      }
    }
  }

  /**
   * Starts Python that has a protocol of its own and ends by itself. If it is not clear whether the board received it, it is started
   * again: so its first steps must be harmless if they are done twice.
   *
   * @param first returns the first input of that Python, which is sent along with it
   * @returns waits for its end, with silence of at most `idleMs`; then the raw REPL accepts code again. Throws BoardException if the code
   *   raised an exception
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

  /** If the line loses a byte of binary data, a byte of that data may look like its end: what follows is no traceback then. */
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
        // After a restart its own program may run, and print endlessly.
        if (tellsOfRestart(this.hear(next.value))) throw boardReset(this.line.url);
        if (onOutput) await onOutput(next.value);
        else kept.push(next.value);
        length += next.value.length;
        // A board that floods the line must neither fill our memory nor keep us waiting forever (P33).
        const isEndless = length > LONGEST_ANSWER || performance.now() - start > PATIENCE_MS;
        if (!onOutput && isEndless) throw boardFloods(this.line.url);
      }
      if (next.value === END) return Buffer.concat(kept);
      const count = Buffer.from(await this.line.readExactly(4, wait)).toString('latin1');
      if (!/^[0-9a-f]{4}$/.test(count)) throw lineDamaged(this.line.url, t('a length was not a number'));
      await onData?.(await this.readData(Number.parseInt(count, 16), wait));
    }
  }

  private async readData(length: number, wait: Wait): Promise<Uint8Array> {
    try {
      return await this.line.readExactly(length, wait);
    } catch (error) {
      // Most often a byte was lost on the line. If the board hangs instead, the next attempt finds out.
      throw isBackupError(error, 'board-silent')
        ? lineDamaged(this.line.url, t('fewer bytes arrived than announced'))
        : error;
    }
  }

  /**
   * A soft reset within the raw REPL: main.py does not run, and the memory of a stopped program is free again.
   *
   * @throws BackupError `board-silent` if the board does not come back
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
   * Leaves the raw REPL.
   *
   * @param restart with a soft reset, which runs boot.py and main.py; otherwise the board stays at its prompt
   */
  async leave(restart: boolean): Promise<void> {
    // It does not answer, but it may still receive.
    if (this.line.isDead) return this.line.write(`${CTRL_C}\r${CTRL_B}${restart ? CTRL_D : ''}`);
    await this.line.write(`\r${CTRL_B}`);
    await sees(this.line, '>>> ', 1_000);
    if (!restart) return;
    await this.line.write(CTRL_D);
    await sees(this.line, 'soft reboot', 2_000);
  }

  /**
   * Interrupts the code that runs and returns to the prompt of the raw REPL, so that the board can be used and left in order.
   *
   * @returns false if the board does not answer any more, or has restarted
   */
  private async interrupt(): Promise<boolean> {
    this.line.isText = false;
    try {
      await this.line.write(CTRL_C);
      this.hear(await this.line.settle(100, 400));
      await this.line.write(`\r${CTRL_A}`);
      this.line.isDead = !(await sees(this.line, BANNER, 400));
    } catch (error) {
      // The line is gone; the error that led here says so better.
      if (!isBackupError(error)) throw error;
      this.line.isDead = true;
    }
    return !this.line.isDead && !tellsOfRestart(this.heard);
  }
}

/** @returns for `line-damaged` of a board that has not answered since, the `board-silent` that caused it */
function silenceBehind(error: unknown): unknown {
  return isBackupError(error, 'line-damaged') && isBackupError(error.cause, 'board-silent') ? error.cause : error;
}

function sum(bytes: Uint8Array): number {
  return bytes.reduce((total, byte) => total + byte, 0);
}
