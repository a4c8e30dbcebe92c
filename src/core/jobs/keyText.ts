// What there is to say of the encryption of a store, in words: the same in VS Code and on the command line.

import { isBackupError } from '../errors.js';
import { displayPath } from '../paths.js';
import type { Encryption, KeyMode } from '../store/encryption.js';
import { ENCRYPTION_FILE } from '../store/encryptionFile.js';
import type { UnreadableArchive } from '../store/summary.js';
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

/** Archives that stayed under their former key, or plain, and what to do about them. */
export function detailsOfKeyChange({ left, mode, isEnded }: KeyChangeResult): string[] {
  const lines = left.map(({ path, error, is }) => {
    // Among plain archives it would look as if encryption.json were lost.
    const isAside = mode === null && is === 'foreign';
    return `${isAside ? 'Moved to the quarantine' : 'Left as it is'}: ${displayPath(path)}. ${displayPath(error.message)}`;
  });
  if (!isEnded) {
    const inTrash = left.filter(({ is }) => is === 'in the way, in the trash');
    const inStore = left.filter(({ is }) => is === 'in the way');
    const isUnread = ({ error }: UnreadableArchive) => !isBackupError(error, 'archive-damaged');
    const ways = [
      ...(inStore.every(isUnread) ? [] : ['repair the backups (`mpbackup repair`)']),
      ...([...inStore, ...inTrash].some(isUnread) ? ['see to it that the disk gives what it does not'] : []),
      ...(inTrash.every(isUnread) ? [] : ['empty the trash (`mpbackup trash --empty --damaged`)']),
    ];
    const what = mode === null ? 'Stopping the encryption' : 'The change of the key';
    lines.push(
      `${what} is not finished: ${count(inStore.length + inTrash.length, 'archive')} in the way. ${sentence(ways)}, then finish it (\`mpbackup key finish\`).`,
    );
  }
  const quarantined = left.filter(({ is }) => is === 'in quarantine').length;
  if (quarantined > 0) {
    const stay = quarantined === 1 ? 'is as it was' : 'are as they were';
    const why = mode === null ? 'if nothing in it is wanted' : 'if the key before shall open nothing more';
    lines.push(
      `${count(quarantined, 'damaged archive')} in quarantine ${stay}. Delete the folder \`quarantine\` of the backups ${why}.`,
    );
  }
  return lines;
}

function sentence(ways: readonly string[]): string {
  const text = ways.join(' and ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** Of the time that a passphrase takes for one archive, twice: it is written and read back. */
const SECONDS_A_PASSPHRASE = 2;
const BYTES_A_SECOND = 20_000_000;

/**
 * What is said before all archives are written anew.
 *
 * @param mode of the new key; null where they become plain
 * @param hasPlace whether they are copied to a second place
 */
export function beforeKeyChange(mode: KeyMode | null, archives: readonly { size: number }[], hasPlace = false): string {
  const size = archives.reduce((sum, archive) => sum + archive.size, 0);
  const each = mode === 'passphrase' ? SECONDS_A_PASSPHRASE : 0.1;
  const time = duration(Math.max(1, Math.ceil(archives.length * each + size / BYTES_A_SECOND)));
  const anew =
    archives.length === 0
      ? 'There is no archive yet.'
      : `${count(archives.length, 'archive')} will be written anew and read back, which takes about ${time}; what was before is removed for good, in the trash too.`;
  const where = hasPlace ? 'this disk, or the second place,' : 'this disk';
  if (mode === null) return `${anew} Whoever can read ${where} can read the backups then.`;
  const key = mode === 'passphrase' ? 'this passphrase' : 'its key file';
  return `Nobody can open the backups without ${key}, not even you: if it is lost, they are lost. ${anew}`;
}

/** The copies there are under the key before, or plain, until then. */
export const SECOND_PLACE_IS_AS_BEFORE = 'The second place is as it was until `mpbackup offsite sync`.';

/** A file for the key, as age-keygen writes it. @param created ISO 8601 */
export function keyFileText(identity: string, recipient: string, created: string): string {
  return `# created: ${created}\n# public key: ${recipient}\n${identity}\n`;
}
