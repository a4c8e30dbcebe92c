// Keys of encrypted archives, as people have them: passphrases, age identities, and the recipients that belong to them.

import { BackupError } from '../errors.js';
import { type Message, msg, t } from '../l10n.js';
import { isIdentity } from './ageHeader.js';

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
/** Of the check of Bech32 (BIP 173). */
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** A new age identity (`AGE-SECRET-KEY-1…`), and the recipient (`age1…`) that others may know. */
export async function newIdentity(): Promise<{ identity: string; recipient: string }> {
  const { generateX25519Identity } = await import('age-encryption');
  const identity = await generateX25519Identity();
  return { identity, recipient: await recipientOf(identity) };
}

/** @throws BackupError `bad-argument` if it is no identity */
export async function recipientOf(identity: string): Promise<string> {
  const { identityToRecipient } = await import('age-encryption');
  try {
    const recipient = await identityToRecipient(identity);
    if (isRecipient(recipient)) return recipient;
  } catch {
    // What the library says may hold the identity.
  }
  throw new BackupError('bad-argument', t('This is not an age identity.'), {
    hint: t('An identity is the line AGE-SECRET-KEY-1… of a key file, as age-keygen writes it.'),
  });
}

/** @returns true for the recipient of an X25519 key: `age1` and 58 characters, whose check fits */
export function isRecipient(text: string): boolean {
  if (!/^age1[02-9ac-hj-np-z]{58}$/.test(text)) return false;
  const human = [...'age'].map((letter) => letter.charCodeAt(0));
  const values = [...human.map((code) => code >> 5), 0, ...human.map((code) => code & 31)];
  let sum = 1;
  for (const value of [...values, ...[...text.slice(4)].map((letter) => LETTERS.indexOf(letter))]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATORS.entries()) if ((top >> bit) & 1) sum ^= generator;
  }
  return sum === 1;
}

/** What was typed or stands in a variable: age identities, however they are written, or a passphrase as it stands. */
export function keysTyped(text: string): string[] {
  const identities = identitiesIn(linesOf(text));
  return identities.length > 0 ? identities : [text];
}

/** What a file holds that was given as a key file. `whyNot`: a sentence on it, with a place for its name; nothing of the file is in it. */
export type KeyFileContent = { keys: string[] } | { whyNot: Message };

/**
 * Its age identities; if it has none, its only line, as a passphrase.
 *
 * @param isNew what becomes a key now must not be what others know. What is one already may be any line
 */
export function keysIn(bytes: Uint8Array, isNew: boolean): KeyFileContent {
  const text = Buffer.from(bytes)
    .toString('utf8')
    .replace(/^\ufeff/, '');
  const lines = linesOf(text).filter((line) => line.trim() !== '');
  const identities = identitiesIn(lines);
  if (identities.length > 0) return { keys: identities };
  const [first, ...more] = lines;
  if (first === undefined) return { whyNot: NO_KEY };
  const isText = !text.includes('\0') && Buffer.from(text, 'utf8').equals(withoutMark(bytes));
  const isOneLine = isText && more.length === 0;
  const looks = isOneLine && !isNew ? undefined : looksLike(bytes, lines);
  if (looks !== undefined) return { whyNot: looks };
  if (!isText) return { whyNot: NO_TEXT };
  return isOneLine ? { keys: [first] } : { whyNot: SEVERAL_LINES };
}

const NO_KEY = msg(
  '{0} holds no key: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it, or a passphrase as the only line.',
);
const NO_TEXT = msg(
  '{0} is not text: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it, or a passphrase as the only line.',
);
const SEVERAL_LINES = msg(
  '{0} has several lines, and no age identity: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it, or a passphrase as the only line.',
);

const UTF_16 = msg('{0} looks like text in UTF-16: save it as UTF-8.');

/** The form of lines that are taken for a passphrase by mistake, and what to say of them. */
const MISTAKEN: readonly (readonly [RegExp, Message])[] = [
  [
    /^age-encryption\.org\/|^-+BEGIN AGE ENCRYPTED/i,
    msg('{0} looks like an encrypted age file: decrypt it with age, and give the result.'),
  ],
  [
    /^-+\s*BEGIN .*PRIVATE KEY|^PuTTY-User-Key-File/i,
    msg(
      '{0} looks like a private key of another kind, such as of SSH: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it.',
    ),
  ],
  [
    /^-+\s*BEGIN /i,
    msg(
      '{0} looks like a key or a certificate of another kind: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it.',
    ),
  ],
  [
    /^(ssh|sk-ssh|ecdsa|sk-ecdsa)-\S+\s/i,
    msg(
      '{0} looks like a public key of SSH, which others know: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it.',
    ),
  ],
  [
    /AGE-SECRET-KEY-/i,
    msg('{0} looks like an age identity with something beside it: put AGE-SECRET-KEY-1… on a line of its own.'),
  ],
  [
    /AGE-PLUGIN-/i,
    msg(
      '{0} looks like an identity of a plugin of age, such as of a YubiKey, which is not supported: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it.',
    ),
  ],
  [
    /^#?\s*(recipient:\s*)?age1[0-9a-z]{8,}/i,
    msg(
      '{0} looks like a recipient, which others know: give an age identity (AGE-SECRET-KEY-1…), as age-keygen makes it.',
    ),
  ],
  [
    /^#\s*(created|public key):/i,
    msg('{0} looks like a key file without its secret line: give the whole file, with its AGE-SECRET-KEY-1….'),
  ],
];

function looksLike(bytes: Uint8Array, lines: readonly string[]): Message | undefined {
  const [one = 0, two = 0] = bytes;
  if ((one === 0xff && two === 0xfe) || (one === 0xfe && two === 0xff)) return UTF_16;
  return MISTAKEN.find(([form]) => lines.some((line) => form.test(line.trim())))?.[1];
}

function identitiesIn(lines: readonly string[]): string[] {
  return lines
    .map((line) => line.trim())
    .filter(isIdentity)
    .map((identity) => identity.toUpperCase());
}

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}
