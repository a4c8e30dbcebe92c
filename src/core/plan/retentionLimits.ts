// What the limits of a retention policy remove: the oldest, until the rest fits.

import { t } from '../l10n.js';
import { bytes, count } from '../text.js';
import { type RetentionItem, spaceOf } from './retentionItem.js';
import type { RetentionPolicy } from './retentionPolicy.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * @param candidates newest first
 * @param always those of them that no limit removes; they count all the same
 * @returns what is removed, and why
 */
export function beyondLimits(
  candidates: readonly RetentionItem[],
  always: ReadonlyMap<RetentionItem, unknown>,
  policy: RetentionPolicy,
  now: number,
): Map<RetentionItem, string> {
  const { maxCount = Infinity, maxBytes = Infinity, maxAgeDays = Infinity } = policy;
  const old = tooOld(candidates, always, maxAgeDays, now);
  const space = spaceOf(candidates);
  let sound = candidates.filter(({ isSound }) => isSound).length;
  const whyRemoved = (item: RetentionItem): string | undefined => {
    if (old.has(item)) return old.get(item);
    if (sound > maxCount)
      return t('There would be more than {0}; the oldest go first.', count(maxCount, 'sound backup'));
    if (space.bytes() > maxBytes)
      return t('The backups would take more than {0}; the oldest go first.', bytes(maxBytes));
    return undefined;
  };

  const removed = new Map<RetentionItem, string>();
  for (const item of candidates.toReversed()) {
    if (always.has(item)) continue;
    const reason = whyRemoved(item);
    // Whatever is newer fits too: it was taken later than this one, also if the clock said otherwise.
    if (reason === undefined) break;
    removed.set(item, reason);
    space.remove(item);
    if (item.isSound) sound--;
  }
  return removed;
}

/**
 * Clocks step, and their times are believed only if the order of the backups does not speak against it.
 *
 * @returns what is too old, with the sentence
 */
function tooOld(
  newestFirst: readonly RetentionItem[],
  always: ReadonlyMap<RetentionItem, unknown>,
  maxAgeDays: number,
  now: number,
): Map<RetentionItem, string> {
  const maxAge = maxAgeDays * DAY_MS;
  const ageOf = ({ createdAt }: RetentionItem) => now - Date.parse(createdAt);
  const isYoung = (item: RetentionItem) => ageOf(item) >= 0 && ageOf(item) <= maxAge;
  // What was taken after one that is young enough is young enough. Only what stays is proof, so that the next plan agrees.
  const proof = newestFirst.findLastIndex((item) => always.has(item) && isYoung(item));
  const days = count(maxAgeDays, 'day');
  const old = new Map<RetentionItem, string>();
  let isNextOld = false;
  for (const item of newestFirst.slice(proof + 1)) {
    // A time in the future, or none, says nothing: such a backup is at least as old as the next that was taken after it.
    const isKnown = ageOf(item) >= 0;
    if (isKnown) isNextOld = !isYoung(item);
    if (isNextOld)
      old.set(item, isKnown ? t('Older than {0}.', days) : t('Taken before one that is older than {0}.', days));
  }
  return old;
}
