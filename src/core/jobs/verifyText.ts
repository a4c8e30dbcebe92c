// What a verification found wrong, in a sentence.

import { basename } from 'node:path';
import type { Damage } from '../archive/verify.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { count } from '../text.js';
import type { VerifyResult } from './verify.js';

/** @param damaged something at least. What is in no archive is no damage of one: perhaps the store never had it. */
export function damageSentence(damaged: VerifyResult['damaged']): string {
  const backups = count(new Set(damaged.flatMap((report) => report.backups)).size, 'backup');
  const missing = damaged.filter(({ certainty }) => certainty === 'missing');
  if (missing.length === damaged.length) {
    const files = count(missing.length, 'file');
    return missing.length === 1
      ? t('No archive is damaged, but {0} of {1} is in none of them.', files, backups)
      : t('No archive is damaged, but {0} of {1} are in none of them.', files, backups);
  }
  const there = damaged.filter(({ certainty }) => certainty !== 'missing');
  const names = [...new Set(there.map(({ archive }) => displayPath(basename(archive))))];
  const where = names.length > 3 ? count(names.length, 'archive') : names.join(', ');
  const isLost = damaged.some((report) => report.backups.length > 0);
  const effect = isLost ? t('{0} lost files.', backups) : t('No backup lost a file.');
  return t('Damage was found in {0}. {1}', where, effect);
}

/**
 * Of a file that somebody has opened, which is not the one that the store uses.
 *
 * @param damages undefined if it cannot be opened any more
 * @param inUse what is wrong with the same backup in the store; undefined if it is not there, or was not verified
 */
export function verifiedFile(
  name: string,
  damages: readonly Damage[] | undefined,
  inUse: VerifyResult['damaged'] | undefined,
): { text: string; isGood: boolean } {
  const file = shownFile(name, damages);
  const isRead = damages?.length === 0;
  if (inUse === undefined) return { text: file, isGood: isRead };
  if (inUse.length > 0) return { text: `${file} ${t('In your backups: {0}', damageSentence(inUse))}`, isGood: false };
  return { text: `${file} ${t('The copy in your backups is sound.')}`, isGood: isRead };
}

function shownFile(name: string, damages: readonly Damage[] | undefined): string {
  if (!damages) return t('{0} can no longer be opened. Its page says why.', name);
  if (damages.length === 0) return t('Every byte of {0} is as it was written.', name);
  return t('This file is damaged: {0}. Its page says where.', name);
}
