// Which backups of a board are kept and which are removed, each with its reason (P22). Decides only: the plan that was shown is
// the one that is carried out. Nothing is needed to read a backup but the content of its tree, so any of them can go.

import type { BackupOrigin } from '../archive/manifest.js';
import { nameOfSet } from '../backupSet.js';
import { t } from '../l10n.js';
import { figure } from '../text.js';
import { oneOf, severalOf } from './originText.js';
import { newestFirst, type RetentionItem, spaceOf } from './retentionItem.js';
import { beyondLimits } from './retentionLimits.js';
import { checkPolicy, type KeepRule, keepRulesOf, type RetentionPolicy } from './retentionPolicy.js';

/** Each backup is in one of both lists; newest first. */
export interface RetentionPlan {
  keep: Array<{ id: string; reasons: string[] }>;
  remove: Array<{ id: string; reason: string }>;
  /** What the backups take, before and after; content that several need is counted once. */
  bytesBefore: number;
  bytesAfter: number;
}

/**
 * First each rule keeps the newest of its origin, of each backup set (without rules: all), then limits remove the oldest of
 * these until what is left fits; they are limits of the board. A backup whose last verification failed is counted by neither, and kept if it is no older than what is counted.
 *
 * Whatever the policy says, pinned backups are kept, the newest of each set that is sound, the newest safety backup, and what restores need.
 *
 * @param items the backups of ONE board in any order, none twice
 * @param now milliseconds since 1970; ages are told from it
 * @param needed why restores need a backup, by its id: a sentence
 * @throws BackupError `bad-argument` for a policy that cannot be meant
 */
export function planRetention(
  items: readonly RetentionItem[],
  policy: RetentionPolicy,
  now: number,
  needed: ReadonlyMap<string, string> = new Map(),
): RetentionPlan {
  checkPolicy(policy);
  const rules = keepRulesOf(policy);
  const all = [...items].sort(newestFirst);
  const sets = setsOf(all);
  const always = keptAlways(all, sets, needed);
  const byRules = rules.length === 0 ? keptByLimits(all, always) : keptByRules(sets, rules);
  const candidates = all.filter((item) => always.has(item) || byRules.has(item));
  const excess = beyondLimits(candidates, always, policy, now);
  const kept = new Set(candidates.filter((item) => !excess.has(item)));
  return {
    keep: [...kept].map((item) => ({
      id: item.id,
      reasons: [...(always.get(item) ?? []), ...(byRules.get(item) ?? [])],
    })),
    remove: all
      .filter((item) => !kept.has(item))
      .map((item) => ({ id: item.id, reason: excess.get(item) ?? whyNotKept(item, rules, ofSet(item, sets)) })),
    bytesBefore: spaceOf(all).bytes(),
    bytesAfter: spaceOf([...kept]).bytes(),
  };
}

type Reasons = Map<RetentionItem, string[]>;

function addReason(reasons: Reasons, item: RetentionItem | undefined, reason: string): void {
  if (item) reasons.set(item, [...(reasons.get(item) ?? []), reason]);
}

/** By the set, newest first. */
type Sets = ReadonlyMap<string | undefined, readonly RetentionItem[]>;

function setsOf(all: readonly RetentionItem[]): Sets {
  const sets = [...new Set(all.map(({ set }) => set))];
  return new Map(sets.map((set) => [set, all.filter((item) => item.set === set)]));
}

/** `the set "light"`; undefined if the board has backups of the usual set alone */
function ofSet({ set }: RetentionItem, sets: Sets): string | undefined {
  return set === undefined && sets.size === 1 ? undefined : nameOfSet(set);
}

/** What no policy removes. Also of a set that is not taken any more: nothing else has what it covered as it was last. */
function keptAlways(all: readonly RetentionItem[], sets: Sets, needed: ReadonlyMap<string, string>): Reasons {
  const reasons: Reasons = new Map();
  for (const item of all) if (item.pinned) addReason(reasons, item, t('Pinned.'));
  for (const item of all) {
    const why = needed.get(item.id);
    if (why !== undefined) addReason(reasons, item, why);
  }
  for (const ofOne of sets.values()) keepBest(reasons, ofOne, sets);
  addReason(reasons, all.find(isSafety), t('The newest safety backup: the way back from the last restore.'));
  return reasons;
}

/** If no backup is sound, the newest is the best there is. */
function keepBest(reasons: Reasons, ofOne: readonly RetentionItem[], sets: Sets): void {
  const sound = ofOne.filter(({ isSound }) => isSound);
  const best = sound.length > 0 ? sound : ofOne;
  // A safety backup holds what somebody wanted to replace: it is the last resort.
  const newest = best.find((item) => !isSafety(item)) ?? best[0];
  if (!newest) return;
  const of = ofSet(newest, sets);
  addReason(reasons, newest, whyBest(newest.isSound, newest === sound[0], of));
}

/** @param isFirst whether no safety backup is newer @param of which set, if that has to be said */
function whyBest(isSound: boolean, isFirst: boolean, of: string | undefined): string {
  if (of === undefined) {
    if (!isSound) return t('The newest backup, and none is sound.');
    return t(isFirst ? 'The newest sound backup.' : 'The newest sound backup besides safety backups.');
  }
  if (!isSound) return t('The newest backup of {0}, and none is sound.', of);
  return t(isFirst ? 'The newest sound backup of {0}.' : 'The newest sound backup of {0} besides safety backups.', of);
}

function isSafety({ origin }: RetentionItem): boolean {
  return origin === 'safety';
}

/** If there are no rules. What always stays may be beyond the limits, and has its reason. */
function keptByLimits(all: readonly RetentionItem[], always: Reasons): Reasons {
  return new Map(all.filter((item) => !always.has(item)).map((item) => [item, [t('Within the limits.')]]));
}

function keptByRules(sets: Sets, rules: readonly KeepRule[]): Reasons {
  const reasons: Reasons = new Map();
  for (const { origin, keep } of rules) {
    for (const ofOne of sets.values()) {
      let counted = 0;
      for (const item of ofOne) {
        if (keep !== 'all' && counted === keep) break;
        if (origin !== null && item.origin !== origin) continue;
        addReason(reasons, item, whyKept(item, { origin, keep }, ofSet(item, sets)));
        if (item.isSound) counted++;
      }
    }
  }
  return reasons;
}

/** @param of which set, if that has to be said */
function whyKept({ isSound }: RetentionItem, { origin, keep }: KeepRule, of: string | undefined): string {
  if (keep === 'all') return t('All {0} are kept.', severalOf(origin));
  if (!isSound) {
    const newest = theNewest(keep, origin);
    return of === undefined
      ? t('No older than {0}; not counted, because its last verification failed.', newest)
      : t('No older than {0} of {1}; not counted, because its last verification failed.', newest, of);
  }
  if (keep === 1) return newestSentence(origin, of);
  return of === undefined
    ? t('One of the {0} newest {1}.', figure(keep), severalOf(origin))
    : t('One of the {0} newest {1} of {2}.', figure(keep), severalOf(origin), of);
}

function newestSentence(origin: BackupOrigin | null, of: string | undefined): string {
  if (origin === null) return of === undefined ? t('The newest backup.') : t('The newest backup of {0}.', of);
  return of === undefined ? t('The newest {0}.', oneOf(origin)) : t('The newest {0} of {1}.', oneOf(origin), of);
}

function whyNotKept(item: RetentionItem, rules: readonly KeepRule[], of: string | undefined): string {
  const newest = rules.flatMap(({ origin, keep }) =>
    keep === 0 || keep === 'all' || (origin !== null && origin !== item.origin) ? [] : [theNewest(keep, origin)],
  );
  if (newest.length === 0) return t('No rule keeps {0}.', severalOf(item.origin));
  const all = newest.reduce((sum, one) => t('{0} and {1}', sum, one));
  return of === undefined ? t('Older than {0}.', all) : t('Older than {0} of {1}.', all, of);
}

/** `the 10 newest quick backups`, `the newest backup` */
function theNewest(keep: number, origin: BackupOrigin | null): string {
  if (keep !== 1) return t('the {0} newest {1}', figure(keep), severalOf(origin));
  return origin === null ? t('the newest backup') : t('the newest {0}', oneOf(origin));
}
