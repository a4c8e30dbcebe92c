// The header of an age file: the key of the file, wrapped for a passphrase or for recipients. The library writes and reads it; what a
// passphrase costs is paid off the event loop.

import { createHash, randomBytes, scrypt } from 'node:crypto';
import type { Identity, Recipient } from 'age-encryption';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { damagedArchive } from './archiveErrors.js';
import { chunkCipher } from './chunkCipher.js';

/** For whom a new file is encrypted. `workFactor`: logarithm to the base 2 of scrypt's N. */
export type AgeTarget = { passphrase: string; workFactor?: number | undefined } | { recipients: readonly string[] };

export interface AgeKey {
  /** As it stands at the start of the file, with its last line break. */
  header: Uint8Array;
  fileKey: Uint8Array;
}

/**
 * As `age` itself takes: 256 MB and about a second, once for each file. Somebody who has stolen the archives pays as much for each passphrase that is
 * tried.
 */
export const WORK_FACTOR = 18;
/** 4 GB and a quarter of a minute. More is a try to fill the memory. */
export const MOST_WORK = 22;
/** Less would be as good as none. */
export const LEAST_WORK = 10;

const LABEL = 'age-encryption.org/v1/scrypt';
const NONCE = new Uint8Array(12);
/** An empty payload behind the header: a nonce and a tag. */
const EMPTY_PAYLOAD = 32;

export function isIdentity(secret: string): boolean {
  return /^AGE-SECRET-KEY-/i.test(secret);
}

/** Names a header: no two have the same. */
export function headerDigest(header: Uint8Array): string {
  return createHash('sha256').update(header).digest('hex');
}

/** A new key, wrapped for `target`. */
export async function newAgeKey(target: AgeTarget): Promise<AgeKey> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  let fileKey = new Uint8Array();
  const wraps = 'passphrase' in target ? await passphraseRecipient(target) : undefined;
  encrypter.addRecipient({
    async wrapFileKey(key) {
      fileKey = key.slice();
      return wraps ? wraps.wrapFileKey(key) : [];
    },
  });
  if ('recipients' in target) for (const recipient of target.recipients) encrypter.addRecipient(recipient);
  const file = await encrypter.encrypt(new Uint8Array());
  return { header: file.subarray(0, file.length - EMPTY_PAYLOAD), fileKey };
}

export type Unwrapped = { fileKey: Uint8Array } | 'does not fit';

/**
 * @param path for the error alone
 * @throws BackupError `archive-damaged` if it is no header, or the secret fits and the header is not what was written; `archive-unsupported`;
 *   `memory-short`
 */
export async function unwrap(header: Uint8Array, secret: string, path: string): Promise<Unwrapped> {
  const { Decrypter } = await import('age-encryption');
  const decrypter = new Decrypter();
  try {
    decrypter.addIdentity(isIdentity(secret) ? secret : passphraseIdentity(secret, path));
  } catch {
    // The message of the library may hold the secret.
    return 'does not fit';
  }
  try {
    return { fileKey: await decrypter.decryptHeader(header) };
  } catch (error) {
    if (error instanceof BackupError) throw error;
    if (error instanceof Error && /no identity matched/.test(error.message)) return 'does not fit';
    throw damagedArchive(path, t('its age header is not what was written'), error);
  }
}

/** @returns whether a secret may fit: passphrases and identities open different files. @throws BackupError `archive-damaged` */
export async function isForPassphrase(header: Uint8Array, path: string): Promise<boolean> {
  const { Decrypter } = await import('age-encryption');
  let found: boolean | undefined;
  const decrypter = new Decrypter();
  const looking: Identity = {
    unwrapFileKey(stanzas) {
      found = stanzas.some(({ args }) => args[0] === 'scrypt');
      return null;
    },
  };
  decrypter.addIdentity(looking);
  await decrypter.decryptHeader(header).catch(() => {});
  if (found === undefined) throw damagedArchive(path, t('it does not begin as an age file does'));
  return found;
}

async function passphraseRecipient({
  passphrase,
  workFactor = WORK_FACTOR,
}: {
  passphrase: string;
  workFactor?: number | undefined;
}): Promise<Recipient> {
  const { Stanza } = await import('age-encryption');
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(16);
      const key = await stretched(passphrase, salt, workFactor);
      const body = (await chunkCipher()).seal(key, NONCE, fileKey);
      return [new Stanza(['scrypt', unpadded(salt), `${workFactor}`], body)];
    },
  };
}

function passphraseIdentity(passphrase: string, path: string): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt');
      if (!stanza) return null;
      const [, salt = '', work = '', ...more] = stanza.args;
      const bytes = Buffer.from(salt, 'base64');
      const isForm = bytes.length === 16 && unpadded(bytes) === salt && /^[1-9]\d?$/.test(work) && more.length === 0;
      // Beside others it would say that one who knows the passphrase wrote the file, and anybody could have.
      if (!isForm || stanzas.length !== 1 || stanza.body.length !== 32)
        throw damagedArchive(path, t('its age header has an unexpected form'));
      if (Number(work) > MOST_WORK) throw tooMuchWork(path);
      const key = await stretched(passphrase, bytes, Number(work));
      return (await chunkCipher()).open(key, NONCE, stanza.body) ?? null;
    },
  };
}

/** One after the other: each takes a lot of memory. */
let last: Promise<unknown> = Promise.resolve();

function stretched(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Buffer> {
  const next = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        const options = { N: 2 ** workFactor, r: 8, p: 1, maxmem: 2 ** (workFactor + 10) + (1 << 21) };
        const whole = Buffer.concat([Buffer.from(LABEL), salt]);
        scrypt(passphrase, whole, 32, options, (error, key) => (error ? reject(error) : resolve(key)));
      }),
  );
  last = next.catch(() => {});
  // It fails for want of memory alone, which says nothing of the passphrase, and nothing of what it opens.
  return next.catch((cause: unknown) => {
    throw tooLittleMemory(workFactor, cause);
  });
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

function tooLittleMemory(workFactor: number, cause: unknown): BackupError {
  return new BackupError(
    'memory-short',
    t(
      'This computer does not have enough memory to try the passphrase: {0} MB are needed for a moment. Nothing was changed.',
      Math.max(1, 2 ** (workFactor - 10)),
    ),
    {
      hint: t(
        'Close other programs, and try again. A key file needs none, and a passphrase with a smaller work factor needs less: either can be set on a computer that has enough.',
      ),
      cause,
    },
  );
}

function tooMuchWork(path: string): BackupError {
  return new BackupError(
    'archive-unsupported',
    t('{0} asks for more work than is done for a passphrase (2^{1}).', path, MOST_WORK),
    {
      path,
      hint: t('Decrypt it with age, and import the result.'),
    },
  );
}
