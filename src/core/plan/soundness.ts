// Whether all of a backup can be had, as far as is known, and how that is said: the same on every screen.

import { t } from '../l10n.js';
import type { BackupSummary } from '../store/summary.js';
import { count } from '../text.js';

/**
 * `damaged`: bytes were found wrong. `lacking`: none were, but content that it needs is in no archive that is here. `unknown`: nobody
 * has looked since it was taken.
 */
export type Soundness = 'sound' | 'damaged' | 'lacking' | 'unknown';

type Verified = Pick<BackupSummary, 'verified'>;

export function soundnessOf({ verified }: Verified): Soundness {
  if (!verified) return 'unknown';
  if (verified.isSound) return 'sound';
  return verified.lacksFiles ? 'lacking' : 'damaged';
}

/** Whether nothing is known against it. Decisions go by this alone: what lacks files is relied on as little as what is damaged. */
export function isSound({ verified }: Verified): boolean {
  return verified?.isSound !== false;
}

/** What is wrong with any of them: damage if there is some. Undefined if nothing is known against them. */
export function worstOf(backups: readonly Verified[]): 'damaged' | 'lacking' | undefined {
  const all = backups.map(soundnessOf);
  return (['damaged', 'lacking'] as const).find((one) => all.includes(one));
}

/** `damaged`, `files missing`: what is wrong with any of them, in a word or two. */
export function unsoundWord(worst: 'damaged' | 'lacking'): string {
  return worst === 'damaged' ? t('damaged') : t('files missing');
}

/** `1 backup damaged, 2 backups with missing files`; empty if nothing is known against any of them */
export function unsoundText(backups: readonly Verified[]): string {
  const numberOf = (soundness: Soundness) => backups.filter((backup) => soundnessOf(backup) === soundness).length;
  const [damaged, lacking] = [numberOf('damaged'), numberOf('lacking')];
  return [
    ...(damaged > 0 ? [t('{0} damaged', count(damaged, 'backup'))] : []),
    ...(lacking > 0 ? [t('{0} with missing files', count(lacking, 'backup'))] : []),
  ].join(', ');
}

/** What helps if files are missing. */
export function lackingHint(): string {
  return t('Import the archives that have them; a repair looks for them in the trash and on the board.');
}
