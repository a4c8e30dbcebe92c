// A transport with a queue of received bytes: counts them, and waits for them with time-outs. Only one reader at a time.

import { type BackupError, cancelled, throwIfCancelled } from '../errors.js';
import { boardSilent } from './boardErrors.js';
import type { OpenTransport, Transport } from './transport/transport.js';

export interface Wait {
  /** Longest silence, in milliseconds, before the board counts as silent. */
  idleMs: number;
  /** Longest time in total, in milliseconds: a board that floods the line must not keep us waiting forever (P33). */
  totalMs?: number;
  signal?: AbortSignal | undefined;
}

/** If a timer is later than this, the computer slept or was busy; then bytes that have arrived get a moment to be read. */
const LATE_MS = 500;
const GRACE_MS = 300;
/** How long the system may take to accept what we write. */
const WRITE_MS = 10_000;

/** Bytes in both directions since the line was opened. */
export interface Wire {
  sent: number;
  received: number;
}

export class Line {
  readonly wire: Wire = { sent: 0, received: 0 };
  /** Set when it turned out that the board does not answer any more: leaving it does not wait for an answer then. */
  isDead = false;
  /** Set while binary data comes through a text stream of the board, which sends `\n` as `\r\n`: this is reversed here. */
  isText = false;
  private buffered: Buffer = Buffer.alloc(0);
  /** A `\r` that may be the first half of a line end. */
  private half: Buffer = Buffer.alloc(0);
  private ended: { error: BackupError } | undefined;
  private wake: (() => void) | undefined;
  private end: (error: BackupError) => void = () => {};
  /** Resolves with the reason when the line has ended: for those who neither read nor write meanwhile. */
  readonly over = new Promise<BackupError>((resolve) => {
    this.end = resolve;
  });

  private constructor(readonly url: string) {}

  static async open(
    open: OpenTransport,
    url: string,
    signal?: AbortSignal,
  ): Promise<{ line: Line; transport: Transport }> {
    const line = new Line(url);
    const transport = await open(
      url,
      {
        onData(chunk) {
          // Whoever waits takes a call without bytes for the end of its patience.
          if (chunk.length === 0) return;
          line.wire.received += chunk.length;
          const arrived = line.isText ? line.foldLineEnds(chunk) : Buffer.from(chunk);
          line.buffered = line.buffered.length === 0 ? arrived : Buffer.concat([line.buffered, arrived]);
          line.wake?.();
        },
        onClose(error) {
          line.ended = { error: error ?? boardSilent(url, 0) };
          line.end(line.ended.error);
          line.wake?.();
        },
      },
      signal,
    );
    line.transport = transport;
    return { line, transport };
  }

  private transport: Transport | undefined;

  private foldLineEnds(chunk: Uint8Array): Buffer {
    const text = Buffer.concat([this.half, chunk]).toString('latin1');
    const end = text.endsWith('\r') ? text.length - 1 : text.length;
    this.half = Buffer.from(text.slice(end), 'latin1');
    return Buffer.from(text.slice(0, end).replaceAll('\r\n', '\n'), 'latin1');
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    if (this.ended) throw this.ended.error;
    const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    this.wire.sent += data.length;
    await this.inTime(this.transport?.write(data));
  }

  /** With a time-out: a port may accept nothing because of flow control at the other end. */
  private async inTime(written: Promise<void> | undefined): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(boardSilent(this.url, WRITE_MS)), WRITE_MS);
    });
    await Promise.race([written, late]).finally(() => clearTimeout(timer));
  }

  /** Discards what has arrived. @returns the number of bytes */
  discard(): number {
    const { length } = this.buffered;
    this.buffered = Buffer.alloc(0);
    this.half = Buffer.alloc(0);
    return length;
  }

  /** What has arrived and was not read yet, as text. */
  peek(): string {
    return this.buffered.toString('latin1');
  }

  /** Reads exactly `count` bytes. */
  async readExactly(count: number, wait: Wait): Promise<Uint8Array> {
    const start = performance.now();
    while (this.buffered.length < count) await this.waitForMore(this.buffered.length, wait, start);
    return this.take(count);
  }

  /** Reads up to and including `marker`. @returns what came before it */
  async readUntil(marker: string, wait: Wait): Promise<Uint8Array> {
    const start = performance.now();
    const wanted = Buffer.from(marker, 'latin1');
    for (let searched = 0; ; ) {
      const at = this.buffered.indexOf(wanted, searched);
      if (at >= 0) {
        const before = this.take(at);
        this.take(wanted.length);
        return before;
      }
      searched = Math.max(0, this.buffered.length - wanted.length + 1);
      await this.waitForMore(this.buffered.length, wait, start);
    }
  }

  /**
   * Yields what arrives, piece by piece, up to one of the bytes `ends`, which is read but not yielded.
   *
   * @returns the byte that ended it
   */
  async *readPieces(ends: readonly number[], wait: Wait): AsyncGenerator<Uint8Array, number, void> {
    const start = performance.now();
    for (;;) {
      // Checked here, too: if bytes come faster than they are used, nothing waits and would notice a cancel.
      throwIfCancelled(wait.signal);
      const at = this.buffered.findIndex((byte) => ends.includes(byte));
      const piece = this.take(at < 0 ? this.buffered.length : at);
      if (piece.length > 0) yield piece;
      if (at >= 0) return this.take(1)[0] as number;
      // More may have come while the piece was used: that is not waited for.
      if (this.buffered.length === 0) await this.waitForMore(0, wait, start);
    }
  }

  /** Waits for any byte, `mostMs` at the longest. @returns false if none came */
  hears(mostMs: number, signal?: AbortSignal): Promise<boolean> {
    return this.arrival(mostMs, signal);
  }

  /** Waits until nothing has come for `quietMs`, `mostMs` at the longest. @returns what came */
  async settle(quietMs: number, mostMs: number, signal?: AbortSignal): Promise<Uint8Array> {
    const start = performance.now();
    for (let seen = -1; seen !== this.buffered.length && performance.now() - start < mostMs; ) {
      seen = this.buffered.length;
      await this.arrival(quietMs, signal);
    }
    const taken = this.buffered;
    this.discard();
    return taken;
  }

  private take(count: number): Buffer {
    const taken = this.buffered.subarray(0, count);
    this.buffered = this.buffered.subarray(count);
    return taken;
  }

  private async waitForMore(known: number, wait: Wait, start: number): Promise<void> {
    while (this.buffered.length === known) {
      const left = (wait.totalMs ?? Number.POSITIVE_INFINITY) - (performance.now() - start);
      const patience = Math.min(wait.idleMs, left);
      if (patience <= 0 || !(await this.arrival(patience, wait.signal))) throw boardSilent(this.url, wait.idleMs);
    }
    if (performance.now() - start > (wait.totalMs ?? Number.POSITIVE_INFINITY))
      throw boardSilent(this.url, wait.idleMs);
  }

  /** @returns true when bytes have come, false when none came within `patienceMs` */
  private arrival(patienceMs: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted) return Promise.reject(cancelled());
    if (this.ended) return Promise.reject(this.ended.error);
    const before = this.wire.received;
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', settle);
        this.wake = undefined;
        if (signal?.aborted) reject(cancelled());
        else if (this.wire.received !== before) resolve(true);
        else if (this.ended) reject(this.ended.error);
        else resolve(false);
      };
      const expire = () => {
        // A computer that slept or was busy has not yet looked at what came meanwhile.
        if (performance.now() - begun > patienceMs + LATE_MS) timer = setTimeout(settle, GRACE_MS);
        else settle();
      };
      const begun = performance.now();
      let timer = setTimeout(expire, patienceMs);
      signal?.addEventListener('abort', settle);
      this.wake = settle;
    });
  }
}
