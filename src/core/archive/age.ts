// Files in the format of age (age-encryption.org/v1): a header with the wrapped key, a nonce, and the payload in chunks of 64 KiB, each
// sealed for itself. So any part can be read without the rest, and memory does not grow with the file.

import { hkdfSync } from 'node:crypto';
import type { Env, OpenFile } from '../env.js';
import { type BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type AgeKey, headerDigest } from './ageHeader.js';
import { cutShortArchive, damagedArchive } from './archiveErrors.js';
import { CHUNK, type ChunkCipher, chunkCipher, nonceOf, TAG } from './chunkCipher.js';
import { diskError } from './diskErrors.js';
import { keyOfFile, knownKeys } from './knownKeys.js';

const MAGIC = 'age-encryption.org/v1\n';
const NONCE = 16;
const SEALED = CHUNK + TAG;
/** Hundreds of recipients. */
const LONGEST_HEADER = 1 << 16;
const FIRST_READ = 1 << 10;

/** Seals what is appended; what comes last is written when it is synced or closed, after which nothing can be added. */
export async function encryptingFile(
  file: OpenFile,
  { header, fileKey }: AgeKey,
  nonce: Uint8Array,
): Promise<OpenFile> {
  const cipher = await chunkCipher();
  const key = payloadKey(fileKey, nonce);
  const waiting = Buffer.alloc(CHUNK);
  let filled = 0;
  let index = 0;
  let state: 'new' | 'open' | 'ended' = 'new';

  async function begin(): Promise<void> {
    if (state !== 'new') return;
    state = 'open';
    await file.append(Buffer.concat([header, nonce]));
  }

  async function put(isLast: boolean): Promise<void> {
    const sealed = cipher.seal(key, nonceOf(index++, isLast), waiting.subarray(0, filled));
    filled = 0;
    await file.append(sealed);
  }

  async function end(): Promise<void> {
    if (state === 'ended') return;
    await begin();
    state = 'ended';
    await put(true);
  }

  return {
    ...file,
    async append(bytes) {
      if (state === 'ended') throw new Error('it was synced: what comes after the last chunk would be lost');
      await begin();
      for (let at = 0; at < bytes.length; ) {
        // A whole chunk waits for the next byte: it may be the last one.
        if (filled === CHUNK) await put(false);
        const taken = Math.min(CHUNK - filled, bytes.length - at);
        waiting.set(bytes.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
      }
    },
    async sync() {
      await end();
      await file.sync();
    },
    async close() {
      await end().finally(() => file.close());
    },
  };
}

/** `whole`: the file must be as it was written. `remains`: gives what can be had of one that was cut off, and zeros for what is damaged. */
export type Reading = 'whole' | 'remains';

/**
 * @param file is read; closing ours closes it
 * @returns the content of the file: sizes and positions are those of what is inside
 * @throws BackupError `key-missing`, `key-wrong`, `archive-damaged`, `archive-unsupported`, and what `file` throws
 */
export async function decryptingFile(env: Env, file: OpenFile, path: string, reading: Reading): Promise<OpenFile> {
  const cipher = await chunkCipher();
  const fileSize = await file.size();
  const found = await keyOf(env, file, path, reading, cipher, fileSize);
  const start = found ? found.headerLength + NONCE : 0;
  const sealedSize = found ? Math.max(0, fileSize - start) : 0;
  const key = found ? payloadKey(found.fileKey, await readBytes(file, found.headerLength, NONCE)) : new Uint8Array(32);
  const chunks = Math.ceil(sealedSize / SEALED);
  /** The chunk that was read last: readings go on from each other. */
  let held: { index: number; plain: Uint8Array } | undefined;

  async function opened(index: number): Promise<Uint8Array | undefined> {
    if (held?.index === index) return held.plain;
    const sealed = await readBytes(file, start + index * SEALED, Math.min(SEALED, sealedSize - index * SEALED));
    const isLast = index === chunks - 1;
    const isFit = sealed.length >= TAG && (sealed.length > TAG || chunks === 1);
    const mayGoOn = reading === 'remains' && sealed.length === SEALED;
    const plain = isFit
      ? (cipher.open(key, nonceOf(index, isLast), sealed) ??
        (isLast && mayGoOn ? cipher.open(key, nonceOf(index, false), sealed) : undefined))
      : undefined;
    if (plain) held = { index, plain };
    return plain;
  }

  const size = await sizeOf();

  /** That nothing is missing at the end, only the last chunk shows. */
  async function sizeOf(): Promise<number> {
    const whole = Math.max(0, chunks - 1) * CHUNK;
    const end = chunks === 0 ? undefined : await opened(chunks - 1);
    if (end) return whole + end.length;
    if (reading === 'remains') return sealedSize % SEALED === 0 ? chunks * CHUNK : whole;
    throw cutShortArchive(path, t('its end is damaged or missing'));
  }

  return {
    async read(into, position) {
      let filled = 0;
      while (filled < into.length && position + filled < size) {
        const index = Math.floor((position + filled) / CHUNK);
        const plain = (await opened(index)) ?? zerosOr(index);
        const part = plain.subarray(position + filled - index * CHUNK).subarray(0, into.length - filled);
        into.set(part, filled);
        filled += part.length;
      }
      return filled;
    },
    append: () => Promise.reject(new Error('it was opened to be read')),
    sync: () => file.sync(),
    size: async () => size,
    close: () => file.close(),
  };

  function zerosOr(index: number): Uint8Array {
    if (reading === 'remains') return new Uint8Array(CHUNK);
    throw damagedArchive(path, t('what is encrypted from byte {0} on is not what was written', index * CHUNK));
  }
}

/** @returns undefined if nothing remains */
async function keyOf(
  env: Env,
  file: OpenFile,
  path: string,
  reading: Reading,
  cipher: ChunkCipher,
  fileSize: number,
): Promise<{ fileKey: Uint8Array; headerLength: number } | undefined> {
  const { paths } = knownKeys(env.keys);
  try {
    const header = await readHeader(file, path);
    const fileKey = await keyOfFile(env, path, header);
    paths.set(path, { digest: headerDigest(header), fileKey, headerLength: header.length });
    return { fileKey, headerLength: header.length };
  } catch (error) {
    const known = paths.get(path);
    if (!isBackupError(error) || error.code === 'key-missing') throw error;
    // If the key is known from before, its payload tells whether this is the same file: then the header has changed.
    if (known && (await isPayloadOf(known))) {
      if (reading === 'remains') return known;
      throw damagedArchive(path, t('its age header is not what was written'), error);
    }
    if (reading === 'remains' && error.code === 'archive-damaged') return undefined;
    throw error;
  }

  async function isPayloadOf({
    fileKey,
    headerLength,
  }: {
    fileKey: Uint8Array;
    headerLength: number;
  }): Promise<boolean> {
    const key = payloadKey(fileKey, await readBytes(file, headerLength, NONCE));
    const start = headerLength + NONCE;
    const sealed = await readBytes(file, start, Math.min(SEALED, Math.max(0, fileSize - start)));
    if (sealed.length < TAG) return false;
    return cipher.open(key, nonceOf(0, start + sealed.length === fileSize), sealed) !== undefined;
  }
}

/** All of a small file at once. */
export async function encrypted(
  plain: Uint8Array,
  { header, fileKey }: AgeKey,
  nonce: Uint8Array,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const sink = { ...nothing, append: async (bytes: Uint8Array) => void parts.push(bytes) };
  const file = await encryptingFile(sink, { header, fileKey }, nonce);
  await file.append(plain);
  await file.close();
  return Buffer.concat(parts);
}

/** @param path for the error. @throws BackupError `archive-damaged` if it has no header, or is not what was encrypted with this key */
export async function decrypted(bytes: Uint8Array, fileKey: Uint8Array, path: string): Promise<Uint8Array> {
  const header = wholeHeader(bytes, path);
  const cipher = await chunkCipher();
  const start = header.length + NONCE;
  const key = payloadKey(fileKey, bytes.subarray(header.length, start));
  const parts: Uint8Array[] = [];
  for (let at = start, index = 0; at < bytes.length; at += SEALED, index++) {
    const plain = cipher.open(key, nonceOf(index, at + SEALED >= bytes.length), bytes.subarray(at, at + SEALED));
    if (!plain) throw damagedArchive(path, t('it is not what was encrypted'));
    parts.push(plain);
  }
  if (parts.length === 0) throw cutShortArchive(path);
  return Buffer.concat(parts);
}

/** @returns undefined if it has none that can be read */
export async function digestOfHeader(env: Env, path: string): Promise<string | undefined> {
  const header = await headerOf(env, path);
  return header && headerDigest(header);
}

/** @returns undefined if it has none that can be read */
export async function headerOf(env: Env, path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await env.fs.open(path, 'read');
    try {
      return await readHeader(file, path);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isBackupError(error, 'archive-damaged')) return undefined;
    throw diskError(error, path);
  }
}

/** @throws BackupError `archive-damaged` if there is none */
async function readHeader(file: Pick<OpenFile, 'read'>, path: string): Promise<Uint8Array> {
  for (let length = FIRST_READ; ; length *= 4) {
    const bytes = await readBytes(file, 0, length);
    const header = headerIn(bytes, path);
    if (header) return header;
    if (bytes.length < length || length > LONGEST_HEADER) throw noHeader(path);
  }
}

/** @throws BackupError `archive-damaged` if these bytes do not begin with one */
export function wholeHeader(bytes: Uint8Array, path: string): Uint8Array {
  const header = headerIn(bytes, path);
  if (!header) throw noHeader(path);
  return header;
}

/** @returns undefined if it does not end in these bytes */
function headerIn(bytes: Uint8Array, path: string): Uint8Array | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!buffer.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) throw noHeader(path);
  const line = buffer.indexOf('\n---');
  const end = line < 0 ? -1 : buffer.indexOf('\n', line + 1);
  return end < 0 ? undefined : buffer.subarray(0, end + 1);
}

const nothing: OpenFile = {
  read: async () => 0,
  async append() {},
  async sync() {},
  size: async () => 0,
  async close() {},
};

function noHeader(path: string): BackupError {
  return damagedArchive(path, t('it does not begin as an age file does'));
}

async function readBytes(file: Pick<OpenFile, 'read'>, position: number, length: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, await file.read(bytes, position));
}

function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fileKey, nonce, 'payload', 32));
}
