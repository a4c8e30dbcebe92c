// What is wrong with backups, in words: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import { count } from '../text.js';
import type { Flaw, Worst } from './flaws.js';

/** Of one backup, among what else it is: `damaged`, `files missing` */
export function flawWord(flaw: Flaw): string {
  return flaw === 'damaged' ? t('damaged') : t('files missing');
}

/** `Damage was found in 2 backups`, `Files are missing from 1 backup` */
export function flawSentence({ flaw, count: number }: Worst): string {
  const backups = count(number, 'backup');
  return flaw === 'damaged' ? t('Damage was found in {0}', backups) : t('Files are missing from {0}', backups);
}
