// What is known to be wrong with a backup since it was taken.

import type { BackupSummary } from '../store/summary.js';

/** `damaged`: bytes were found that are not as they were written. `incomplete`: nothing is damaged, but some content is in no archive that is here. */
export type Flaw = 'damaged' | 'incomplete';

type Verified = Pick<BackupSummary, 'verified'>;

/** @returns undefined where its last verification found nothing, or there was none */
export function flawOf({ verified }: Verified): Flaw | undefined {
  if (verified?.isSound !== false) return undefined;
  return verified.isIncomplete ? 'incomplete' : 'damaged';
}

export function isFlawed(backup: Verified): boolean {
  return flawOf(backup) !== undefined;
}

/** What is worst among some backups, and how many it is true of. */
export interface Worst {
  flaw: Flaw;
  count: number;
}

/** @returns undefined where nothing is known to be wrong with any */
export function worstOf(backups: readonly Verified[]): Worst | undefined {
  const flaws = backups.map(flawOf);
  for (const flaw of ['damaged', 'incomplete'] as const) {
    const count = flaws.filter((each) => each === flaw).length;
    if (count > 0) return { flaw, count };
  }
  return undefined;
}
