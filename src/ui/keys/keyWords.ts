// What is said where backups get a key, or lack one. Knows nothing of VS Code.

import type { Encryption, KeyMode } from '../../core/store/encryption.js';
import { ENCRYPTION_FILE } from '../../core/store/encryptionFile.js';
import { count } from '../../core/text.js';

/** What a job that gives backups another key is called in one word. */
export const ENCRYPTION = 'Encryption';

/** From here on, a passphrase makes people wait. */
const MANY = 50;

/** What is typed the second time. */
export function whyNotTheSame(first: string, again: string): string | undefined {
  return first === again ? undefined : 'The two passphrases differ.';
}

export const NOT_THIS_PASSPHRASE = 'This passphrase does not open the backups. Try again.';

/** What is typed to open backups. @param refused what has just been tried */
export function whyNotThis(text: string, refused: string | undefined): string | undefined {
  if (text === '') return 'Type the passphrase.';
  return text === refused ? NOT_THIS_PASSPHRASE : undefined;
}

/** How the recipients of a key are written: between blanks, commas, or on lines of their own. */
export function recipientsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))];
}

/** @param seen for whom they were known to be encrypted */
export function notSeen(recipients: readonly string[], seen: readonly string[]): string[] {
  return recipients.filter((recipient) => !seen.includes(recipient));
}

/** Told once, where that was done elsewhere. */
export function addedRecipients(added: readonly string[]): string {
  const [who, were, whose] =
    added.length === 1 ? ['Recipient', 'was', 'its key'] : ['Recipients', 'were', 'one of their keys'];
  return `${who} ${added.join(', ')} ${were} added to the backups, and not here: whoever has ${whose} can open them. If you do not know who that is, change the key, and find out who can write to that folder.`;
}

/** What is asked before backups get their first key, or another one. */
export function questionOf(isFirst: boolean): string {
  return isFirst ? 'Encrypt the backups?' : 'Change the key of the backups?';
}

/** @param mode of the new key @param archives so many are written anew */
export function detailOf(mode: KeyMode, archives: number, isFirst: boolean): string {
  const key = mode === 'passphrase' ? 'this passphrase' : 'its key file';
  const anew = [
    ...(archives > 0 ? [`${count(archives, 'archive')} will be written anew, and read back.`] : []),
    ...(mode === 'passphrase' && archives > 0 ? [costOf(archives)] : []),
    isFirst
      ? 'What is not encrypted is removed for good, in the trash too.'
      : 'What the old key opens is removed for good, in the trash too.',
  ];
  return [
    `Nobody can open the backups without ${key}, not even you: if it is lost, they are lost. Keep it somewhere else too, such as in a password manager.`,
    anew.join(' '),
    `This computer remembers the ${mode === 'passphrase' ? 'passphrase' : 'key'}; other computers ask for it.`,
  ].join('\n\n');
}

/** Stretching a passphrase takes about a second, for each archive anew. */
function costOf(archives: number): string {
  const time = archives < 60 ? count(archives, 'second') : count(Math.round(archives / 60), 'minute');
  const other = archives > MANY ? ' A key file is the better choice for so many: with one, it takes none.' : '';
  return `With a passphrase that takes about ${time}.${other}`;
}

/** `encrypted`, beside the title of the view; nothing where backups are plain, and shall be. */
export function shortly(encryption: Encryption | undefined): string | undefined {
  if (encryption === undefined) return undefined;
  if (encryption.state === 'plain') return encryption.encrypted ? `${ENCRYPTION_FILE} is missing` : undefined;
  const { state } = encryption;
  return state === 'changing'
    ? 'key is being changed'
    : state === 'ending'
      ? 'encryption is being stopped'
      : 'encrypted';
}

/** For menus: what can be done with the key. */
export type KeyContext = 'plain' | 'locked' | 'open';

export function keyContext(encryption: Encryption | undefined, isLocked: boolean): KeyContext {
  if (encryption === undefined || encryption.state === 'plain') return 'plain';
  return isLocked ? 'locked' : 'open';
}

/** What is asked before backups are made plain. */
export const STOP_QUESTION = 'Stop encrypting the backups?';

/** @param archives so many are written anew @param hasPlace whether they are copied to a second place */
export function detailOfStopping(archives: number, hasPlace: boolean): string {
  const who = hasPlace ? 'this disk, or the second place,' : 'this disk';
  return `${count(archives, 'archive')} will be written anew, without encryption, and read back. Whoever can read ${who} can read them then, with all passwords that boards hold.`;
}

/** What a change is called while it runs. */
export function titleOfFinishing({ state }: Pick<Unfinished, 'state'>): string {
  return state === 'ending' ? 'Decrypting backups' : 'Changing the key of backups';
}

/** An encryption whose change has begun and has not ended. */
export type Unfinished = Exclude<Encryption, { state: 'plain' }>;

export function isUnfinished(encryption: Encryption | undefined): encryption is Unfinished {
  return encryption?.state === 'changing' || encryption?.state === 'ending';
}

/** Told once in a window where a change of key has begun and has not ended. */
export function unfinishedChange({ state, pending }: Pick<Unfinished, 'state' | 'pending'>): string {
  const archives = count(pending, 'archive');
  if (state === 'ending') {
    const left =
      pending > 0 ? ` ${archives} ${pending === 1 ? 'is' : 'are'} encrypted still, with the same key as before.` : '';
    return `Stopping the encryption of your backups was interrupted.${left} What is written anew is plain.`;
  }
  const left = pending > 0 ? ` ${archives} ${pending === 1 ? 'has' : 'have'} the old one still.` : '';
  return `A change of the key of your backups was interrupted.${left} Everything opens with the new key.`;
}
