// What is said when backups get a key, or lack one. Knows nothing of VS Code.

import { msg, t } from '../../core/l10n.js';
import type { Encryption, KeyMode } from '../../core/store/encryption.js';
import { ENCRYPTION_FILE } from '../../core/store/encryptionFile.js';
import { count } from '../../core/text.js';

/** What a job that gives backups another key is called in one word. */
export const ENCRYPTION = msg('Encryption');

/** From here on, a passphrase makes people wait. */
const MANY = 50;

/** What is typed the second time. */
export function whyNotTheSame(first: string, again: string): string | undefined {
  return first === again ? undefined : t('The two passphrases differ.');
}

export const NOT_THIS_PASSPHRASE = msg('This passphrase does not open the backups. Try again.');

/** What is typed to open backups. @param refused what has just been tried */
export function whyNotThis(text: string, refused: string | undefined): string | undefined {
  if (text === '') return t('Type the passphrase.');
  return text === refused ? t(NOT_THIS_PASSPHRASE) : undefined;
}

/** How the recipients of a key are written: between blanks, commas, or on lines of their own. */
export function recipientsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))];
}

/** @param seen for whom they were known to be encrypted */
export function notSeen(recipients: readonly string[], seen: readonly string[]): string[] {
  return recipients.filter((recipient) => !seen.includes(recipient));
}

/** Told once, if that was done elsewhere. */
export function addedRecipients(added: readonly string[]): string {
  if (added.length === 1)
    return t(
      'Recipient {0} was added to the backups, but not on this computer: whoever has its key can open them. If you do not know who that is, change the key, and find out who can write to that folder.',
      added.join(', '),
    );
  return t(
    'Recipients {0} were added to the backups, but not on this computer: whoever has one of their keys can open them. If you do not know who that is, change the key, and find out who can write to that folder.',
    added.join(', '),
  );
}

/** What is asked before backups get their first key, or another one. */
export function questionOf(isFirst: boolean): string {
  return isFirst ? t('Encrypt the backups?') : t('Change the key of the backups?');
}

/** @param mode of the new key @param archives so many are rewritten */
export function detailOf(mode: KeyMode, archives: number, isFirst: boolean): string {
  const anew = [
    ...(archives > 0 ? [t('{0} will be rewritten and read back.', count(archives, 'archive'))] : []),
    ...(mode === 'passphrase' && archives > 0 ? [costOf(archives)] : []),
    isFirst
      ? t('What is not encrypted is removed for good, in the trash too.')
      : t('What the old key opens is removed for good, in the trash too.'),
  ];
  return [
    mode === 'passphrase'
      ? t(
          'Nobody can open the backups without this passphrase, not even you: if it is lost, they are lost. Keep it somewhere else too, such as in a password manager.',
        )
      : t(
          'Nobody can open the backups without its key file, not even you: if it is lost, they are lost. Keep it somewhere else too, such as in a password manager.',
        ),
    anew.join(' '),
    mode === 'passphrase'
      ? t('This computer remembers the passphrase; other computers ask for it.')
      : t('This computer remembers the key; other computers ask for it.'),
  ].join('\n\n');
}

/** Stretching a passphrase takes about a second, for each archive. */
function costOf(archives: number): string {
  const time = archives < 60 ? count(archives, 'second') : count(Math.round(archives / 60), 'minute');
  return [
    t('With a passphrase that takes about {0}.', time),
    ...(archives > MANY ? [t('A key file is the better choice for this many archives: it adds no time.')] : []),
  ].join(' ');
}

/** `encrypted`, beside the title of the view; nothing if backups are plain and are meant to be. */
export function shortly(encryption: Encryption | undefined): string | undefined {
  if (encryption === undefined) return undefined;
  if (encryption.state === 'plain') return encryption.encrypted ? t('{0} is missing', ENCRYPTION_FILE) : undefined;
  const { state } = encryption;
  return state === 'changing'
    ? t('key is being changed')
    : state === 'ending'
      ? t('encryption is being stopped')
      : t('encrypted');
}

/** For menus: what can be done with the key. */
export type KeyContext = 'plain' | 'locked' | 'open';

export function keyContext(encryption: Encryption | undefined, isLocked: boolean): KeyContext {
  if (encryption === undefined || encryption.state === 'plain') return 'plain';
  return isLocked ? 'locked' : 'open';
}

/** What is asked before backups are made plain. */
export const STOP_QUESTION = msg('Stop encrypting the backups?');

/** @param archives so many are rewritten @param hasPlace whether they are copied to a second place */
export function detailOfStopping(archives: number, hasPlace: boolean): string {
  const written = t('{0} will be rewritten without encryption and read back.', count(archives, 'archive'));
  const readable = hasPlace
    ? t('Anyone who can read this disk or the second place can then read them, including all passwords on the boards.')
    : t('Anyone who can read this disk can then read them, including all passwords on the boards.');
  return `${written} ${readable}`;
}

/** What a change is called while it runs. */
export function titleOfFinishing({ state }: Pick<Unfinished, 'state'>): string {
  return state === 'ending' ? t('Decrypting backups') : t('Changing the key of backups');
}

/** An encryption whose change has begun and has not ended. */
export type Unfinished = Exclude<Encryption, { state: 'plain' }>;

export function isUnfinished(encryption: Encryption | undefined): encryption is Unfinished {
  return encryption?.state === 'changing' || encryption?.state === 'ending';
}

/** Told once in a window if a change of key has begun and has not ended. */
export function unfinishedChange({ state, pending }: Pick<Unfinished, 'state' | 'pending'>): string {
  const archives = count(pending, 'archive');
  if (state === 'ending') {
    const left =
      pending === 1
        ? t('{0} is still encrypted with the same key as before.', archives)
        : t('{0} are still encrypted with the same key as before.', archives);
    return [
      t('Stopping the encryption of your backups was interrupted.'),
      ...(pending > 0 ? [left] : []),
      t('What has been rewritten is plain.'),
    ].join(' ');
  }
  const left = pending === 1 ? t('{0} still has the old one.', archives) : t('{0} still have the old one.', archives);
  return [
    t('A change of the key of your backups was interrupted.'),
    ...(pending > 0 ? [left] : []),
    t('Everything opens with the new key.'),
  ].join(' ');
}
