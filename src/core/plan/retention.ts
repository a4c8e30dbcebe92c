// Which backups of a board are kept and which are removed, each with its reason (P22). Decides only: the plan that was shown is
// the one that is carried out. Nothing is needed to read a backup but the content of its tree, so any of them can go.

import type { BackupOrigin } from '../archive/manifest.js';
import { count } from '../text.js';
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
 * First each rule keeps the newest of its origin (without rules: all), then limits remove the oldest of these until what is left
 * fits. A backup whose last verification failed is counted by neither, and kept where it is no older than what is counted.
 *
 * Whatever the policy says, pinned backups are kept, the newest that is sound, the newest safety backup, and what restores need.
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
  const always = keptAlways(all, needed);
  const byRules = rules.length === 0 ? keptByLimits(all, always) : keptByRules(all, rules);
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
      .map((item) => ({ id: item.id, reason: excess.get(item) ?? whyNotKept(item, rules) })),
    bytesBefore: spaceOf(all).bytes(),
    bytesAfter: spaceOf([...kept]).bytes(),
  };
}

type Reasons = Map<RetentionItem, string[]>;

function addReason(reasons: Reasons, item: RetentionItem | undefined, reason: string): void {
  if (item) reasons.set(item, [...(reasons.get(item) ?? []), reason]);
}

/** What no policy removes. Where no backup is sound, the newest is the best there is. */
function keptAlways(all: readonly RetentionItem[], needed: ReadonlyMap<string, string>): Reasons {
  const reasons: Reasons = new Map();
  for (const item of all) if (item.pinned) addReason(reasons, item, 'Pinned.');
  for (const item of all) {
    const why = needed.get(item.id);
    if (why !== undefined) addReason(reasons, item, why);
  }
  const sound = all.filter(({ isSound }) => isSound);
  const best = sound.length > 0 ? sound : all;
  // A safety backup holds what somebody wanted to replace: it is the last resort.
  const newest = best.find((item) => !isSafety(item)) ?? best[0];
  if (newest?.isSound === false) addReason(reasons, newest, 'The newest backup, and none is sound.');
  else if (newest === sound[0]) addReason(reasons, newest, 'The newest sound backup.');
  else addReason(reasons, newest, 'The newest sound backup besides safety backups.');
  addReason(reasons, all.find(isSafety), 'The newest safety backup: the way back from the last restore.');
  return reasons;
}

function isSafety({ origin }: RetentionItem): boolean {
  return origin === 'safety';
}

/** Where there are no rules. What always stays may be beyond the limits, and has its reason. */
function keptByLimits(all: readonly RetentionItem[], always: Reasons): Reasons {
  return new Map(all.filter((item) => !always.has(item)).map((item) => [item, ['Within the limits.']]));
}

function keptByRules(all: readonly RetentionItem[], rules: readonly KeepRule[]): Reasons {
  const reasons: Reasons = new Map();
  for (const { origin, keep } of rules) {
    let counted = 0;
    for (const item of all) {
      if (keep !== 'all' && counted === keep) break;
      if (origin !== null && item.origin !== origin) continue;
      addReason(reasons, item, whyKept(item, { origin, keep }));
      if (item.isSound) counted++;
    }
  }
  return reasons;
}

function whyKept({ isSound }: RetentionItem, { origin, keep }: KeepRule): string {
  if (keep === 'all') return `All ${nounOf(origin)}s are kept.`;
  const newest = theNewest(keep, origin);
  if (!isSound) return `No older than ${newest}; not counted, because its last verification failed.`;
  return keep === 1 ? `${newest.replace('the', 'The')}.` : `One of ${newest}.`;
}

function whyNotKept(item: RetentionItem, rules: readonly KeepRule[]): string {
  const newest = rules.flatMap(({ origin, keep }) =>
    keep === 0 || keep === 'all' || (origin !== null && origin !== item.origin) ? [] : [theNewest(keep, origin)],
  );
  return newest.length > 0 ? `Older than ${newest.join(' and ')}.` : `No rule keeps ${nounOf(item.origin)}s.`;
}

/** `the 10 newest quick backups`, `the newest backup` */
function theNewest(keep: number, origin: BackupOrigin | null): string {
  return keep === 1 ? `the newest ${nounOf(origin)}` : `the ${count(keep, `newest ${nounOf(origin)}`)}`;
}

function nounOf(origin: BackupOrigin | null): string {
  return origin === null ? 'backup' : `${origin} backup`;
}
