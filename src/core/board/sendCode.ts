// Sends code to the raw REPL: by raw-paste, in which the board says when it can take more, or in small pieces with pauses, which
// is what boards without it need.

import { isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { lineDamaged } from './boardErrors.js';
import type { Line } from './line.js';
import { pause } from './pause.js';
import { CTRL_D } from './rawMode.js';

const RAW_PASTE = '\x05A\x01';
/** How long a board may take for a piece of code before something was lost on the line. */
const PIECE_MS = 3_000;
/** How often code is sent that the board did not take, and so did not run. */
const ATTEMPTS = 3;
/** Bytes of code from which on the time that it took says something of the line. */
const TELLING_LENGTH = 1_000;

/** In a raw-paste: the board takes one window more. */
const GRANT = 0x01;

/** A thread or a timer may print while code travels: that says nothing of the code. */
function isText(byte: number): boolean {
  return byte >= 0x20 || [0x08, 0x09, 0x0a, 0x0d, 0x1b].includes(byte);
}

export class CodeSender {
  /** Unknown until the first code; old firmware and some ports have no raw-paste. */
  private rawPaste: boolean | undefined;
  private pace: number | undefined;

  /** @param toPrompt stops whatever the board does with what it got; @returns false if it does not answer any more */
  constructor(
    private readonly line: Line,
    private readonly toPrompt: () => Promise<boolean>,
  ) {}

  /** Bytes a second that the board took of the last long code that it asked for piece by piece; unknown before. */
  get bytesPerSecond(): number | undefined {
    return this.pace;
  }

  /**
   * Sends code and has it run. Code that the board did not take whole is sent again: nothing of it has run.
   *
   * @param first gives what goes along with the sign to run it: what the code reads first
   * @throws BackupError `line-damaged`, `port-lost`, `cancelled`
   */
  async send(source: Uint8Array, signal: AbortSignal | undefined, first?: () => Uint8Array): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.hand(source, signal);
        break;
      } catch (error) {
        const isFault = isBackupError(error, 'line-damaged') || isBackupError(error, 'board-silent');
        if (!isFault || attempt === ATTEMPTS || !(await this.toPrompt())) throw error;
      }
    }
    await this.line.write(Buffer.concat([Buffer.from(CTRL_D), first?.() ?? Buffer.alloc(0)]));
    await this.confirm(signal);
  }

  /** All but the sign to run it. */
  private async hand(source: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    if (this.rawPaste !== false) {
      await this.line.write(RAW_PASTE);
      const answer = Buffer.from(await this.line.readExactly(2, { idleMs: PIECE_MS, signal })).toString('latin1');
      if (answer === 'R\x01') {
        this.rawPaste = true;
        return this.paste(source, signal);
      }
      if (this.rawPaste) throw lineDamaged(this.line.url, t('the board did not understand what it understood before'));
      this.rawPaste = false;
      // `R\0`: understood, but not supported; most firmware prompts again. Anything else: the board took it for Ctrl-A and
      // prints its banner.
      const rest =
        answer === 'R\x00'
          ? this.line.readUntil('>', { idleMs: 200, totalMs: 2_000, signal })
          : this.bannerAgain(signal);
      await rest.catch((error: unknown) => {
        if (!isBackupError(error, 'board-silent') || answer !== 'R\x00') throw error;
      });
    }
    await this.inPieces(source, signal);
  }

  private bannerAgain(signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.line
      .readUntil('w REPL; CTRL-B to exit\r\n>', { idleMs: 2_000, totalMs: 2_000, signal })
      .catch((error: unknown) => {
        // Neither an answer nor a banner: what came was damaged, and says nothing of what the board can do.
        if (isBackupError(error, 'board-silent')) this.rawPaste = undefined;
        throw error;
      });
  }

  /** Raw-paste: the board says when it can take the next window, so that nothing is lost. */
  private async paste(source: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    const wait = { idleMs: PIECE_MS, signal };
    const [low = 0, high = 0] = await this.line.readExactly(2, wait);
    const window = low + 256 * high;
    let room = window;
    const begun = performance.now();
    let grantedAt = begun;
    for (let at = 0; at < source.length; ) {
      while (room === 0) {
        const [sign = 0] = await this.line.readExactly(1, wait);
        if (sign === GRANT) {
          room += window;
          grantedAt = performance.now();
        } else if (!isText(sign) || performance.now() - grantedAt > PIECE_MS)
          throw lineDamaged(this.line.url, t('the board refused the code that was sent to it'));
      }
      const piece = source.subarray(at, at + room);
      await this.line.write(piece);
      at += piece.length;
      room -= piece.length;
    }
    if (source.length >= TELLING_LENGTH) this.pace = (1000 * source.length) / (performance.now() - begun);
  }

  /** Without flow control. */
  private async inPieces(source: Uint8Array, signal: AbortSignal | undefined): Promise<void> {
    for (let at = 0; at < source.length; at += 32) {
      if (at > 0) await pause(5, signal);
      await this.line.write(source.subarray(at, at + 32));
    }
  }

  private async confirm(signal: AbortSignal | undefined): Promise<void> {
    const wait = { idleMs: PIECE_MS, signal };
    const unclear = (error: unknown): never => {
      throw isBackupError(error, 'board-silent')
        ? lineDamaged(this.line.url, t('it is not clear what it took'), error)
        : error;
    };
    if (this.rawPaste) {
      // Windows granted after the last byte stand before the board's own Ctrl-D.
      const granted = await this.line.readUntil(CTRL_D, { ...wait, totalMs: PIECE_MS }).catch(unclear);
      if (granted.every((sign) => sign === GRANT || isText(sign))) return;
      throw lineDamaged(this.line.url, t('the board did not receive all of the code'));
    }
    const answer = Buffer.from(await this.line.readExactly(2, wait).catch(unclear)).toString('latin1');
    if (answer !== 'OK') throw lineDamaged(this.line.url, t('the board did not accept the code that was sent to it'));
  }
}
