// Which backups of a board a user wishes to keep: what can be asked for, what is refused, and how it reads in one line.

import type { BackupOrigin } from '../archive/manifest.js';
import { BackupError } from '../errors.js';
import { msg, t } from '../l10n.js';
import { bytes, count } from '../text.js';
import { originName } from './originText.js';

/** A number of the newest, or all. */
type HowMany = number | 'all';

/** Rules (`last`, `origins`) keep; limits remove the oldest of what they keep. Without rules, limits alone decide. */
export interface RetentionPolicy {
  /** The newest of any origin. */
  last?: number;
  /** The newest of each origin. What is not named is kept by no rule of these. */
  origins?: Partial<Record<BackupOrigin, HowMany>>;
  /** Backups; one whose last verification failed is not counted (P23). */
  maxCount?: number;
  /** What all backups of the board take together; content that several need is counted once. */
  maxBytes?: number;
  maxAgeDays?: number;
}

/** One of a policy's rules that keep. */
export interface KeepRule {
  /** Null for any. */
  origin: BackupOrigin | null;
  keep: HowMany;
}

export const USUAL_POLICY = {
  origins: { manual: 'all', quick: 10, connect: 10, session: 5, daily: 7, weekly: 4, monthly: 12, safety: 10 },
} as const satisfies RetentionPolicy & { origins: Record<BackupOrigin, HowMany> };

/** All that there are, which the type above makes sure of. */
const ORIGINS = Object.keys(USUAL_POLICY.origins) as BackupOrigin[];

/** Always in the same order, whatever the order in which they were given. */
export function keepRulesOf({ last, origins = {} }: RetentionPolicy): KeepRule[] {
  const ofEach = ORIGINS.map((origin) => ({ origin, keep: origins[origin] }));
  return [{ origin: null, keep: last }, ...ofEach].flatMap(({ origin, keep }) =>
    keep === undefined ? [] : [{ origin, keep }],
  );
}

/**
 * A policy that says nothing, or has rules of which none keeps anything, would leave hardly a backup: it is taken for a mistake.
 *
 * @throws BackupError `bad-argument`
 */
export function checkPolicy(policy: RetentionPolicy): void {
  const { origins = {}, last, maxCount, maxBytes, maxAgeDays } = policy;
  for (const [name, keep] of Object.entries(origins)) {
    if (!ORIGINS.some((origin) => origin === name)) throw unknownOrigin(name);
    // None of one origin can be meant, if others are kept.
    if (keep !== 'all') checkNumber(name, keep, 0, true);
  }
  const numbers = Object.entries({ last, maxCount, maxBytes, maxAgeDays });
  for (const [name, number] of numbers) if (number !== undefined) checkNumber(name, number, 1);

  const rules = keepRulesOf(policy);
  const hasLimit = [maxCount, maxBytes, maxAgeDays].some((limit) => limit !== undefined);
  if (rules.length === 0 && !hasLimit)
    throw new BackupError('bad-argument', t('The policy does not say which backups to keep.'), {
      hint: t('Say how many of the newest are kept, of all or of each origin, or set a limit.'),
    });
  if (rules.length > 0 && rules.every(({ keep }) => keep === 0))
    throw new BackupError('bad-argument', t('The retention policy keeps no backup of any origin.'), {
      hint: t('Keep backups of at least one origin. To set only a limit, name no origin.'),
    });
}

/** `Keep: last 3, manual all, quick 10. At most: 200 backups, 5.0 MB, 90 days.` @param keeps the first of these sentences, without the rules */
export function describePolicy(policy: RetentionPolicy, keeps = msg('Keep: {0}.')): string {
  return [t(keeps, rulesText(policy)), ...limitSentences(policy)].join(' ');
}

function rulesText(policy: RetentionPolicy): string {
  const rules = keepRulesOf(policy).map(({ origin, keep }) => {
    return `${origin === null ? t('last') : originName(origin)} ${keep === 'all' ? t('all') : keep}`;
  });
  return rules.join(', ') || t('all');
}

function limitSentences({ maxCount, maxBytes, maxAgeDays }: RetentionPolicy): string[] {
  const limits = [
    ...(maxCount === undefined ? [] : [count(maxCount, 'backup')]),
    ...(maxBytes === undefined ? [] : [bytes(maxBytes)]),
    ...(maxAgeDays === undefined ? [] : [count(maxAgeDays, 'day')]),
  ];
  return limits.length === 0 ? [] : [t('At most: {0}.', limits.join(', '))];
}

function checkNumber(name: string, number: number, least: number, mayBeAll = false): void {
  if (Number.isSafeInteger(number) && number >= least) return;
  throw new BackupError(
    'bad-argument',
    t('The retention policy has {0} for {1}, which is not possible.', number, name),
    {
      hint: t(mayBeAll ? 'It must be a whole number from {0}, or all.' : 'It must be a whole number from {0}.', least),
    },
  );
}

function unknownOrigin(name: string): BackupError {
  const message = t('The retention policy names {0}, which is not an origin of backups.', JSON.stringify(name));
  return new BackupError('bad-argument', message, { hint: t('The origins are {0}.', ORIGINS.join(', ')) });
}
