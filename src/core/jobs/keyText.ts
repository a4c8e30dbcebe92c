// What there is to say of the encryption of a store, in words: the same in VS Code and on the command line.

import { isBackupError } from '../errors.js';
import { displayPath } from '../paths.js';
import type { Encryption } from '../store/encryption.js';
import { ENCRYPTION_FILE } from '../store/encryptionFile.js';
import { count, duration } from '../text.js';
import type { KeyChangeResult } from './changeKey.js';

/** Whoever encrypts shall have read it once. */
export const KEEP_THE_KEY =
  'Keep the key somewhere else as well, such as in a password manager: without it, nobody can read these backups again.';

/** @param root of the store */
export function describeEncryption(encryption: Encryption, root: string): string {
  const where = displayPath(root);
  if (encryption.state === 'plain') {
    if (!encryption.encrypted) return `The backups in ${where} are not encrypted.`;
    return `${count(encryption.encrypted, 'archive')} in ${where} ${encryption.encrypted === 1 ? 'is' : 'are'} encrypted, but ${ENCRYPTION_FILE} is missing: no backup is made until it is put back, or the key is set again.`;
  }
  const { mode, recipients, pending, state } = encryption;
  const lines = [
    mode === 'passphrase'
      ? `The backups in ${where} are encrypted with a passphrase.`
      : `The backups in ${where} are encrypted for ${count(recipients.length, 'recipient')}:`,
    ...recipients.map((recipient) => `  ${displayPath(recipient)}`),
  ];
  if (state === 'ending') lines.push(`Stopping the encryption was interrupted: ${endingSentence(pending)}`);
  else if (state === 'changing') lines.push(`A change of the key was interrupted: ${pendingSentence(pending)}`);
  else if (pending > 0) lines.push(pendingSentence(pending));
  return lines.join('\n');
}

function endingSentence(pending: number): string {
  if (pending === 0) return 'nothing but its end is missing.';
  return `${count(pending, 'archive')} ${pending === 1 ? 'is' : 'are'} encrypted still, with this key.`;
}

function pendingSentence(pending: number): string {
  if (pending === 0) return 'nothing but its end is missing.';
  return `${count(pending, 'archive')} ${pending === 1 ? 'is' : 'are'} not encrypted with the present key yet.`;
}

/** `The backups in /backups are encrypted: 12 archives written anew in 3 s, and read back.` @param root of the store */
export function describeKeyChange({ mode, changed, seconds }: KeyChangeResult, root: string): string {
  const how = mode === null ? 'plain' : mode === 'passphrase' ? 'encrypted with the passphrase' : 'encrypted';
  const done =
    changed === 0
      ? 'no archive had to be written anew'
      : `${count(changed, 'archive')} written anew in ${duration(seconds)}, and read back`;
  return `The backups in ${displayPath(root)} are ${how}: ${done}.`;
}

/** Archives that stayed under their former key, or plain. */
export function detailsOfKeyChange({ left, mode }: KeyChangeResult): string[] {
  return left.map(({ path, error }) => {
    // Among plain archives it would look as if encryption.json were lost.
    const isAside = mode === null && isBackupError(error, 'key-wrong');
    return `${isAside ? 'Moved to the quarantine' : 'Left as it is'}: ${displayPath(path)}. ${displayPath(error.message)}`;
  });
}

/** A file for the key, as age-keygen writes it. @param created ISO 8601 */
export function keyFileText(identity: string, recipient: string, created: string): string {
  return `# created: ${created}\n# public key: ${recipient}\n${identity}\n`;
}
