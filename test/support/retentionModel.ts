// Retention decided a second time, as plainly as can be and without a thought for speed: what the plan is compared with.

import type { RetentionItem } from '../../src/core/plan/retentionItem.js';
import type { RetentionPolicy } from '../../src/core/plan/retentionPolicy.js';

const DAY = 24 * 60 * 60 * 1000;

interface Decision {
  /** Ids, newest first. */
  keep: string[];
  remove: string[];
  bytesBefore: number;
  bytesAfter: number;
}

export function retentionModel(
  items: readonly RetentionItem[],
  policy: RetentionPolicy,
  now: number,
  needed: readonly string[] = [],
): Decision {
  const oldestFirst = inOrder(items);
  const fixed = keptAlways(items, needed);
  const chosen = chosenByRules(oldestFirst, policy);
  const candidates = oldestFirst.filter((item) => fixed.includes(item) || chosen.includes(item));
  const loose = candidates.filter((item) => !fixed.includes(item));
  // Let go of none, of the oldest, of the two oldest, and so on; the first that fits is it.
  const kept = [...loose.keys(), loose.length]
    .map((gone) => candidates.filter((item) => !loose.slice(0, gone).includes(item)))
    .find((rest, gone) => gone === loose.length || fits(rest, loose[gone], fixed, policy, now));
  const keep = (kept ?? []).toReversed();
  return {
    keep: keep.map(({ id }) => id),
    remove: oldestFirst
      .toReversed()
      .filter((item) => !keep.includes(item))
      .map(({ id }) => id),
    bytesBefore: bytesOf(items),
    bytesAfter: bytesOf(keep),
  };
}

/** @param needed ids of what restores need */
export function keptAlways(items: readonly RetentionItem[], needed: readonly string[] = []): RetentionItem[] {
  const oldestFirst = inOrder(items);
  const safety = oldestFirst.filter(({ origin }) => origin === 'safety');
  const sound = oldestFirst.filter(({ isSound }) => isSound);
  const sets = [...new Set(items.map(({ set }) => set))];
  const best = sets.flatMap((set) => {
    const own = (some: readonly RetentionItem[]) => some.filter((item) => item.set === set);
    const ranked = [own(sound).filter((item) => !safety.includes(item)), own(sound)];
    const damaged = [own(oldestFirst).filter((item) => !safety.includes(item)), own(oldestFirst)];
    return ([...ranked, ...damaged].find(({ length }) => length > 0) ?? []).slice(-1);
  });
  const pinned = oldestFirst.filter((item) => item.pinned || needed.includes(item.id));
  return [...pinned, ...best, ...safety.slice(-1)];
}

/** Oldest first. */
function inOrder(items: readonly RetentionItem[]): RetentionItem[] {
  const place = ({ sequence, createdAt, id }: RetentionItem) => `${`${sequence}`.padStart(6, '0')} ${createdAt} ${id}`;
  return items.toSorted((one, other) => (place(one) < place(other) ? -1 : 1));
}

function chosenByRules(
  oldestFirst: readonly RetentionItem[],
  { last, origins = {} }: RetentionPolicy,
): RetentionItem[] {
  const newestOfOneSet = (
    some: readonly RetentionItem[],
    keep: number | 'all' | undefined,
  ): readonly RetentionItem[] => {
    if (keep === undefined || keep === 0) return [];
    const sound = some.filter(({ isSound }) => isSound);
    if (keep === 'all' || sound.length < keep) return some;
    const [oldestCounted] = sound.slice(-keep);
    return some.filter((_, index) => !oldestCounted || index >= some.indexOf(oldestCounted));
  };
  const newestOf = (some: readonly RetentionItem[], keep: number | 'all' | undefined) =>
    [...new Set(some.map(({ set }) => set))].flatMap((set) =>
      newestOfOneSet(
        some.filter((item) => item.set === set),
        keep,
      ),
    );
  if (last === undefined && Object.keys(origins).length === 0) return [...oldestFirst];
  return [
    ...newestOf(oldestFirst, last),
    ...Object.entries(origins).flatMap(([name, keep]) =>
      newestOf(
        oldestFirst.filter(({ origin }) => origin === name),
        keep,
      ),
    ),
  ];
}

/** @param oldest the oldest of `rest` that may go */
function fits(
  rest: readonly RetentionItem[],
  oldest: RetentionItem | undefined,
  fixed: readonly RetentionItem[],
  { maxCount, maxBytes, maxAgeDays }: RetentionPolicy,
  now: number,
): boolean {
  if (maxCount !== undefined && rest.filter(({ isSound }) => isSound).length > maxCount) return false;
  if (maxBytes !== undefined && bytesOf(rest) > maxBytes) return false;
  if (maxAgeDays === undefined || !oldest) return true;
  const days = (item: RetentionItem) => (now - Date.parse(item.createdAt)) / DAY;
  const at = rest.indexOf(oldest);
  if (rest.slice(0, at).some((item) => fixed.includes(item) && days(item) >= 0 && days(item) <= maxAgeDays))
    return true;
  const [known] = rest.slice(at).filter((item) => days(item) >= 0);
  return !known || days(known) <= maxAgeDays;
}

function bytesOf(items: readonly RetentionItem[]): number {
  const contents = new Map(items.flatMap(({ contents }) => [...contents]));
  return [...contents.values(), ...items.map(({ overhead }) => overhead)].reduce((sum, bytes) => sum + bytes, 0);
}
