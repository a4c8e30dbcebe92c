// Questions to a board whose memory holds no agent: one short exec each, one line of hex in answer. Question and answer carry
// a number and a mark, so that what was lost or changed on the line is noticed and asked again, and never run twice (P32).

import { isBackupError } from '../../errors.js';
import { t } from '../../l10n.js';
import {
  BoardException,
  boardReset,
  boardSilent,
  cannotRunOurs,
  exceptionFromRepr,
  lineDamaged,
} from '../boardErrors.js';
import type { Line } from '../line.js';
import { bytesLiteral, literalPieces } from '../pythonLiteral.js';
import { OURS, type RawRepl } from '../rawRepl.js';
import source from './hexLink.py';

/** Characters of code that each of these boards can take at once. */
const LONGEST_LITERAL = 200;
const ATTEMPTS = 6;
/** Longer than a board takes to tidy up all of its flash. */
const PATIENCE_MS = 3_000;
const PRINT = `${OURS}['_b'].print`;

export class HexLink {
  private number = 0;

  private constructor(
    private readonly line: Line,
    private readonly repl: Pick<RawRepl, 'exec'>,
  ) {}

  /**
   * Brings our Python onto the board, in pieces that are read back before they run.
   * It runs part by part: a heap in pieces has room for each, but not for all of it at once.
   *
   * @throws BackupError `board-unsupported` if the board has no room for it
   */
  static async open(line: Line, repl: Pick<RawRepl, 'exec'>, signal?: AbortSignal): Promise<HexLink> {
    const link = new HexLink(line, repl);
    // A program that was stopped may have called a variable `print`: so ours are taken where nobody can rename them.
    await link.says('begun', `import builtins as ${OURS};${OURS}={'_b':${OURS}};${PRINT}('begun')`, signal);
    let slots = 0;
    for (const part of partsOf(source)) {
      const pieces = [...literalPieces(Buffer.from(part), LONGEST_LITERAL)];
      for (const [at, piece] of pieces.entries()) {
        const kept = `${OURS}[${at}]`;
        await link.says(
          Buffer.from(piece).toString(),
          `${kept}=${bytesLiteral(piece).slice(1)};${PRINT}(${kept})`,
          signal,
        );
      }
      const whole = pieces.map((_, at) => `${OURS}[${at}]`).join('+');
      await link.says('runs', `${OURS}['_b'].exec(${whole},${OURS});${PRINT}('runs')`, signal);
      slots = Math.max(slots, pieces.length);
    }
    const tidy = Array.from({ length: slots }, (_, at) => `${OURS}[${at}]=`).join('');
    await link.says('tidy', `${tidy}0;${PRINT}('tidy')`, signal);
    return link;
  }

  /**
   * Calls a function on the board.
   *
   * @param callee an expression that gives a function, such as `os.remove`
   * @returns the bytes that it gave; anything else as text
   * @throws BoardException that it raised
   * @throws BackupError `line-damaged`, `board-silent`, `board-reset`, `port-lost`, `cancelled`
   */
  async ask(callee: string, words: readonly Uint8Array[], signal?: AbortSignal): Promise<Buffer> {
    const all = [Buffer.from(callee), ...words];
    const number = ++this.number;
    const check = markOf(joined(all)) ^ number;
    const code = `${OURS}['_ask'](${number},${check},${all.map(bytesLiteral).join(',')})`;
    const { kind, value } = await this.exchange(code, (output) => answerIn(output, check), signal);
    if (kind === 'x') throw exceptionFromRepr(value.toString('utf8'));
    return value;
  }

  /** Runs code that prints `text` if all of it arrived. */
  private async says(text: string, code: string, signal: AbortSignal | undefined): Promise<void> {
    await this.exchange(code, (output) => (output === `${text}\n` ? true : undefined), signal);
  }

  /** Runs code until `parse` finds an answer in what it prints. */
  private async exchange<T>(
    code: string,
    parse: (output: string) => T | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    let raised: BoardException | undefined;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      if (this.line.isDead) throw boardSilent(this.line.url, 0);
      try {
        const output = Buffer.from(await this.repl.exec(code, { signal, patienceMs: PATIENCE_MS })).toString('latin1');
        const found = parse(output.replaceAll('\r\n', '\n'));
        if (found !== undefined) return found;
        raised = undefined;
      } catch (error) {
        // Code that was damaged raises something; what it should have raised comes as an answer.
        if (error instanceof BoardException) raised = error;
        else if (!isLineFault(error) || this.line.isDead) throw error;
      }
    }
    const { url } = this.line;
    if (!raised) throw lineDamaged(url, t('none of its answers arrived whole'));
    throw raised.lastLine.startsWith(`NameError: name '${OURS}'`) ? boardReset(url) : cannotRunOurs(url, raised);
  }
}

/** Characters up to which short parts are put together: each takes a round trip. */
const LONG_PART = 200;

/** The functions of our Python, and what stands before them, in parts that can run one after the other. */
function partsOf(python: string): string[] {
  const parts: string[] = [];
  for (const unit of python.split(/^(?=def )/m)) {
    const last = parts.at(-1) ?? '';
    if (parts.length > 0 && last.length + unit.length <= LONG_PART) parts[parts.length - 1] = last + unit;
    else parts.push(unit);
  }
  return parts;
}

function isLineFault(error: unknown): boolean {
  return isBackupError(error, 'line-damaged') || isBackupError(error, 'board-silent');
}

/** The answer to the question with this check; others may print in between. */
function answerIn(output: string, check: number): { kind: string; value: Buffer } | undefined {
  for (const [, kind = '', hex = '', mark] of output.matchAll(/([vx]) ((?:[0-9a-f]{2})*) (\d+)\n/g)) {
    const value = Buffer.from(hex, 'hex');
    if (Number(mark) === (markOf(Buffer.concat([Buffer.from(kind), value])) ^ check)) return { kind, value };
  }
  return undefined;
}

/** As `_mark` in hexLink.py, and `sure` in files.py. */
export function markOf(data: Uint8Array): number {
  return data.reduce((mark, byte) => (mark * 31 + byte) & 0xffffff, data.length);
}

/** `b' '.join(words)` */
export function joined(words: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(words.flatMap((word, at) => (at === 0 ? [word] : [Buffer.from(' '), word])));
}
