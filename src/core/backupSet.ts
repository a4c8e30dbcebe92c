// Backup sets: a backup of a named set covers what that set is for, such as "code" beside "everything". A backup of no named set
// is of the usual one.

import { BackupError } from './errors.js';
import { t } from './l10n.js';
import { displayPath } from './paths.js';

/** The key of the pair in a manifest's metadata that names the set. */
export const SET_KEY = 'set';

/** Characters: a name stands in rows and lines beside other things. */
const LONGEST_NAME = 60;

/** The rule for names, for the message about a wrong one. */
export function setNameHint(): string {
  return t('A name is one line of up to {0} visible characters, without spaces at its ends.', LONGEST_NAME);
}

/** @throws BackupError `bad-argument` for a name that no row could show */
export function checkSetName(name: string): void {
  if (isSetName(name)) return;
  throw new BackupError('bad-argument', t('No backup set can be named {0}.', JSON.stringify(name)), {
    hint: setNameHint(),
  });
}

/** @returns undefined if it is of no named set */
export function setOf(metadata: ReadonlyArray<readonly [key: string, value: string]>): string | undefined {
  return metadata.find(([key, value]) => key === SET_KEY && isSetName(value))?.[1];
}

/** `the set "light"`, `the usual set`: if a board has backups of several. */
export function nameOfSet(set: string | undefined): string {
  return set === undefined ? t('the usual set') : t('the set "{0}"', displayPath(set));
}

/** One line that a row can show, without a space at its ends and without characters that are not seen. */
export function isSetName(name: string): boolean {
  return name.trim() === name && name !== '' && name.length <= LONGEST_NAME && !/\p{C}/u.test(name);
}
