// How the command line tells how the backups are encrypted, and what a change of their key will do.

import { displayPath } from '../core/paths.js';
import type { Encryption, KeyMode } from '../core/store/encryption.js';
import { ENCRYPTION_FILE } from '../core/store/encryptionFile.js';
import { count, duration } from '../core/text.js';

/** @param root of the store */
export function describeEncryption(encryption: Encryption, root: string): string {
  const where = displayPath(root);
  if (encryption.state === 'plain') {
    if (!encryption.encrypted) return `The backups in ${where} are not encrypted.`;
    return `${count(encryption.encrypted, 'archive')} in ${where} ${encryption.encrypted === 1 ? 'is' : 'are'} encrypted, but ${ENCRYPTION_FILE} is missing: no backup is made until that file is put back or the key is set again.`;
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
  if (pending === 0) return 'only its last step is missing.';
  return `${count(pending, 'archive')} ${pending === 1 ? 'is' : 'are'} still encrypted with this key.`;
}

function pendingSentence(pending: number): string {
  if (pending === 0) return 'only its last step is missing.';
  return `${count(pending, 'archive')} ${pending === 1 ? 'is' : 'are'} not yet encrypted with the current key.`;
}

/** Of the time that a passphrase takes for one archive, twice: it is written and read back. */
const SECONDS_A_PASSPHRASE = 2;
const BYTES_A_SECOND = 20_000_000;

/**
 * What is said before all archives are rewritten.
 *
 * @param mode of the new key; null if they become plain
 * @param hasPlace whether they are copied to a second place
 */
export function beforeKeyChange(mode: KeyMode | null, archives: readonly { size: number }[], hasPlace = false): string {
  const size = archives.reduce((sum, archive) => sum + archive.size, 0);
  const each = mode === 'passphrase' ? SECONDS_A_PASSPHRASE : 0.1;
  const time = duration(Math.max(1, Math.ceil(archives.length * each + size / BYTES_A_SECOND)));
  const rewriting =
    archives.length === 0
      ? 'There is no archive yet.'
      : `${count(archives.length, 'archive')} will be rewritten and read back, which takes about ${time}. The old ones are then removed for good, in the trash too.`;
  const where = hasPlace ? 'this disk, or the second place,' : 'this disk';
  if (mode === null) return `${rewriting} Anyone who can read ${where} can then read the backups.`;
  const key = mode === 'passphrase' ? 'this passphrase' : 'its key file';
  return `Nobody can open the backups without ${key}, not even you: if it is lost, they are lost. ${rewriting}`;
}

/** The copies there are under the key before, or plain, until then. */
export const SECOND_PLACE_IS_AS_BEFORE = 'The second place stays as it was until you run `mpbackup offsite sync`.';
