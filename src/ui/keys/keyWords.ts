// What is said where backups get a key, or lack one. Knows nothing of VS Code.

import type { Encryption, KeyMode } from '../../core/store/encryption.js';
import { count } from '../../core/text.js';

/** What a job that gives backups another key is called in one word. */
export const ENCRYPTION = 'Encryption';

/** Shorter ones are found by trying. */
export const SHORTEST_PASSPHRASE = 8;

/** @returns what is wrong with a new passphrase, if anything is */
export function whyNotPassphrase(text: string): string | undefined {
  if ([...text].length >= SHORTEST_PASSPHRASE && text.trim() === text) return undefined;
  return text.trim() === text
    ? `Take ${SHORTEST_PASSPHRASE} characters or more: a few words are easy to type, and hard to guess.`
    : 'A blank at the beginning or the end is easily forgotten: leave it out.';
}

/** What is typed the second time. */
export function whyNotTheSame(first: string, again: string): string | undefined {
  return first === again ? undefined : 'Not the same as the first yet.';
}

/** How the recipients of a key are written: between blanks, commas, or on lines of their own. */
export function recipientsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((part) => part !== ''))];
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
    isFirst
      ? 'What is not encrypted is removed for good, in the trash too.'
      : 'What the old key opens is removed for good, in the trash too.',
  ];
  return [
    `Nobody can open the backups without ${key}, not even you: if it is lost, they are lost. Keep it somewhere else too, such as in a password manager.`,
    anew.join(' '),
    'It is remembered on this computer; other computers ask for it.',
  ].join('\n\n');
}

/** `encrypted`, beside the title of the view; nothing where backups are plain. */
export function shortly(encryption: Encryption | undefined): string | undefined {
  if (encryption === undefined || encryption.state === 'plain') return undefined;
  return encryption.state === 'changing' ? 'key is being changed' : 'encrypted';
}

/** For menus: what can be done with the key. */
export type KeyContext = 'plain' | 'locked' | 'open';

export function keyContext(encryption: Encryption | undefined, isLocked: boolean): KeyContext {
  if (encryption === undefined || encryption.state === 'plain') return 'plain';
  return isLocked ? 'locked' : 'open';
}

/** Told once in a window where a change of key has begun and has not ended. */
export function unfinishedChange({ pending }: { pending: number }): string {
  const left = pending > 0 ? ` ${count(pending, 'archive')} ${pending === 1 ? 'has' : 'have'} the old one still.` : '';
  return `A change of the key of your backups was interrupted.${left} Everything opens with the new key.`;
}
