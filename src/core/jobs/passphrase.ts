// What a new passphrase must be, wherever it is typed.

import { isIdentity } from '../archive/ageHeader.js';
import { t } from '../l10n.js';

/** Shorter ones are found by trying. */
const SHORTEST_PASSPHRASE = 8;
/** Bytes. A terminal hands over lines of 1024 on macOS, their end included: `age` could not be given more. */
const LONGEST_PASSPHRASE = 1000;

/** @returns what is wrong with it, if anything is */
export function whyNotPassphrase(text: string): string | undefined {
  if (isIdentity(text.trim())) return t('It looks like an age identity: put it into a key file, and give that.');
  if (text.trim() !== text) return t('Remove the space at the beginning or end: it is easily forgotten.');
  if ([...text].length < SHORTEST_PASSPHRASE)
    return t('Use {0} characters or more: a few words are easy to type, and hard to guess.', SHORTEST_PASSPHRASE);
  // Nobody could type them where age asks.
  if (/\p{Cc}/u.test(text)) return t('It contains a line break, a tab or another control character: leave that out.');
  if (Buffer.byteLength(text) > LONGEST_PASSPHRASE)
    return t(
      'It is longer than {0} bytes, and cannot be typed at every terminal: use a shorter one, or a key file.',
      LONGEST_PASSPHRASE,
    );
  return undefined;
}
