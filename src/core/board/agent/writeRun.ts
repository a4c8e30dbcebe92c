// Sends files to a board as one run of chunks, deflated as one stream if the board inflates: what one file taught the
// compressor serves the next. Never more bytes are under way than any board can hold.

import { createHash } from 'node:crypto';
import { constants, createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { t } from '../../l10n.js';
import { type AgentLink, type Frame, LineFault } from './agentLink.js';
import { checkOf } from './frames.js';

/** Bytes that the board takes before it says so: see take.py. */
const PIECE = 56;
/** Un-acknowledged bytes that every board can hold: receive rings have 128 bytes at least. */
const UNDER_WAY = 127;
/** Plain bytes of a chunk that is not deflated: if each of them is escaped, they still can be counted in its head. */
const MOST_PLAIN = 2_048;

export interface WriteRun {
  /** @returns the hash of the file as it is on flash now. @throws LineFault if it is not what `chunks` gave */
  write(path: Uint8Array, chunks: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<string>;
  /**
   * Renames files within their folders, one after the other: the next one is on its way while the board is at work.
   *
   * @param onRenamed is told of each
   */
  rename(moves: Iterable<Renaming>, onRenamed: () => void, signal?: AbortSignal): Promise<void>;
  end(signal?: AbortSignal): Promise<void>;
}

export interface Renaming {
  name: Uint8Array;
  /** The path that it gets. */
  to: Uint8Array;
}

export interface RunOptions {
  /** Of the deflate window that the board has memory for; 0 if it cannot inflate. */
  windowBits: number;
  /** Plain bytes in a chunk, 4096 at most: the board holds a few times as much in memory. */
  chunk: number;
  /** True if the board reads through a text stream. */
  isText: boolean;
}

export async function beginRun(
  link: AgentLink,
  { windowBits, chunk, isText }: RunOptions,
  signal?: AbortSignal,
): Promise<WriteRun> {
  await link.begin('w', ['/'], signal);
  let sequence = 0;
  const underWay: number[] = [];
  const compress = windowBits > 0 ? compressor(windowBits) : undefined;
  const length = compress ? chunk : Math.min(chunk, MOST_PLAIN);

  const expect = async (kind: string): Promise<Frame> => {
    for (;;) {
      const frame = await link.frame(sequence, signal, () => void underWay.shift());
      sequence = (sequence + 1) & 255;
      if (frame.kind === kind) return frame;
      // It is alive, and hashes.
      if (frame.kind !== 'b') throw link.unexpected(frame);
    }
  };

  /** @param onFrame takes frames that may come meanwhile */
  const send = async (
    kind: string,
    bytes: Uint8Array,
    plain: number,
    onFrame = (frame: Frame): void => {
      throw link.unexpected(frame);
    },
  ): Promise<void> => {
    const payload = escapeForLine(bytes, isText);
    let piece = chunkHead(kind, payload, plain);
    for (let at = 0; at === 0 || at < payload.length; at += PIECE) {
      piece = Buffer.concat([piece, payload.subarray(at, at + PIECE)]);
      while (underWay.reduce((sum, size) => sum + size, 0) + piece.length > UNDER_WAY) {
        const frame = await link.signOrFrame(sequence, signal);
        if (frame) onFrame(frame);
        else underWay.shift();
      }
      await link.write(piece);
      // A chunk without bytes is taken without a word.
      if (payload.length > 0) underWay.push(piece.length);
      piece = Buffer.alloc(0);
    }
  };

  await expect('g');
  return {
    async write(path, chunks, now) {
      signal = now;
      const hash = createHash('sha256');
      await send('o', path, path.length);
      for await (const bytes of chunks) {
        hash.update(bytes);
        for (let at = 0; at < bytes.length; at += length) {
          const plain = bytes.subarray(at, at + length);
          const packed = await compress?.(plain);
          if (packed) await send('d', packed, plain.length);
          else await send('r', plain, plain.length);
        }
      }
      await send('c', new Uint8Array(), 0);
      const sha256 = hash.digest();
      const { data } = await expect('h');
      if (!sha256.subarray(0, data.length).equals(data))
        throw new LineFault(t('what is on flash now is not what was sent'));
      return sha256.toString('hex');
    },
    async rename(moves, onRenamed, now) {
      signal = now;
      let waiting = 0;
      const renamed = ({ kind, data }: Frame) => {
        if (kind !== 'v') throw link.unexpected({ kind, data });
        waiting -= 1;
        onRenamed();
      };
      for (const { name, to } of moves) {
        const bytes = Buffer.concat([name, Buffer.of(0), to]);
        waiting += 1;
        await send('v', bytes, bytes.length, (frame) => {
          sequence = (sequence + 1) & 255;
          renamed(frame);
        });
      }
      while (waiting > 0) renamed(await expect('v'));
    },
    async end(now) {
      signal = now;
      await send('z', new Uint8Array(), 0);
      await expect('z');
    },
  };
}

/** The head of a chunk: see take.py. */
function chunkHead(kind: string, payload: Uint8Array, plain: number): Buffer {
  const start = Buffer.from(kind + digits(payload.length, 2) + digits(plain, 2));
  const head = Buffer.concat([start, Buffer.from(digits(checkOf(payload, start), 3))]);
  return Buffer.concat([head, Buffer.of((head.reduce((sum, byte) => sum + byte, 0) % 90) + 33)]);
}

/** A number in base 90, the highest digit first, in characters that pass every line. */
function digits(number: number, count: number): string {
  let text = '';
  for (let rest = number; text.length < count; rest = Math.floor(rest / 90))
    text = String.fromCharCode((rest % 90) + 33) + text;
  return text;
}

/** The byte 3 on its way to a board would stop the agent, and text streams take 13 for 10; 16 introduces what stands for them. */
function escapeForLine(bytes: Uint8Array, isText: boolean): Buffer {
  let text = Buffer.from(bytes).toString('latin1').replaceAll('\x10', '\x10\x11').replaceAll('\x03', '\x10\x12');
  if (isText) text = text.replaceAll('\r', '\x10\x13');
  return Buffer.from(text, 'latin1');
}

/** Deflates piece by piece, each piece whole for itself in the output, all in one stream. */
function compressor(windowBits: number): (plain: Uint8Array) => Promise<Uint8Array> {
  const deflate: DeflateRaw = createDeflateRaw({ windowBits, level: 9, memLevel: 9 });
  const out: Buffer[] = [];
  deflate.on('data', (bytes: Buffer) => out.push(bytes));
  return (plain) =>
    new Promise((resolve, reject) => {
      deflate.once('error', reject);
      deflate.write(plain);
      deflate.flush(constants.Z_SYNC_FLUSH, () => {
        deflate.off('error', reject);
        resolve(Buffer.concat(out.splice(0)));
      });
    });
}
