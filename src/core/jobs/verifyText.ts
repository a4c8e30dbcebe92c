// What a verification found wrong, in a sentence.

import { basename } from 'node:path';
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
