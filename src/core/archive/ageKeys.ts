// Keys of encrypted archives, as people have them: passphrases, age identities, and the recipients that belong to them.

import { BackupError } from '../errors.js';
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

/** @throws BackupError `bad-argument` where it is no identity */
export async function recipientOf(identity: string): Promise<string> {
  const { identityToRecipient } = await import('age-encryption');
  try {
    const recipient = await identityToRecipient(identity);
    if (isRecipient(recipient)) return recipient;
  } catch {
    // What the library says may hold the identity.
  }
  throw new BackupError('bad-argument', 'This is no age identity.', {
    hint: 'An identity is the line AGE-SECRET-KEY-1… of a key file, as age-keygen writes it.',
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

/** @returns the keys in the text of a key file: its lines that are age identities; where there is none, its first line, as a passphrase */
export function keysIn(text: string): string[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const identities = lines.map((line) => line.trim()).filter(isIdentity);
  if (identities.length > 0) return identities.map((identity) => identity.toUpperCase());
  const [first = ''] = lines;
  return first === '' ? [] : [first];
}
