// What the command line does once backups are taken: it prunes if that is asked for, and warns before the
// disk is full, and once of secrets that lie in clear.

import { MEGABYTE, USUAL_FREE_SPACE_WARNING } from '../core/defaults.js';
import type { BackupResult } from '../core/jobs/backup.js';
import { type Caution, cautionsAfter } from '../core/jobs/cautions.js';
import { describeCaution } from '../core/jobs/cautionText.js';
import { shortSentence, spaceIfKnown } from '../core/jobs/diskSpace.js';
import { pruneAfterBackup, prunedSentences } from '../core/jobs/pruneAfter.js';
import { displayPath } from '../core/paths.js';
import { checkPolicy, type RetentionPolicy, USUAL_POLICY } from '../core/plan/retentionPolicy.js';
import type { Store } from '../core/store/store.js';
import { policyGiven } from './policyOptions.js';
import type { Call } from './usage.js';
import { UsageError } from './usageError.js';

export interface Afterwards {
  /** Null if nothing is pruned. */
  policy: RetentionPolicy | null;
  /** Bytes. */
  warnBelow: number;
}

/** What came of it: for JSON, and for people. */
export interface Order {
  fields: Record<string, unknown>;
  /** Sentences on what should not be. */
  notes: string[];
  /** Those of them that machines are told among the warnings. */
  warnings: string[];
  /** Sentences on what was done. */
  done: string[];
}

export const NOTHING: Order = { fields: {}, notes: [], warnings: [], done: [] };

/** @throws UsageError for a policy without use, and for what is no number; BackupError `bad-argument` for a policy that keeps nothing */
export function afterwardsOf(call: Call): Afterwards {
  const given = policyGiven(call);
  if (given && !call.flag('prune')) throw new UsageError('Options that say which backups to keep need --prune.');
  const policy = call.flag('prune') ? (given ?? USUAL_POLICY) : null;
  if (policy) checkPolicy(policy);
  const megabytes = call.text('warn-below');
  if (megabytes === undefined) return { policy, warnBelow: USUAL_FREE_SPACE_WARNING };
  if (/^\d{1,9}$/.test(megabytes)) return { policy, warnBelow: Number(megabytes) * MEGABYTE };
  throw new UsageError(`--warn-below must be a whole number of megabytes, not ${megabytes}.`);
}

/** Never rejects: the backups are taken. */
export async function setInOrder(
  { context }: Call,
  store: Store,
  { policy, warnBelow }: Afterwards,
  results: readonly BackupResult[],
): Promise<Order> {
  // Before anything is taken away.
  const warnings = cautionLines(await cautionsAfter(context, store, results), store);
  const removed: string[] = [];
  const notes: string[] = [...warnings];
  for (const boardId of new Set(results.map(({ backup }) => backup.board.id))) {
    const pruned = policy ? await pruneAfterBackup(context, store, policy, boardId) : undefined;
    removed.push(...(pruned?.removed ?? []).map(({ id }) => id));
    if (pruned?.warning !== undefined) notes.push(displayPath(pruned.warning));
  }
  const space = await spaceIfKnown(store, context.env, warnBelow, policy ?? USUAL_POLICY);
  if (space?.isShort) notes.push(shortSentence(space, displayPath(store.root)));
  return {
    fields: { ...(policy && { pruned: removed }), ...(space && { space }) },
    notes,
    warnings,
    done: prunedSentences(removed.length),
  };
}

/** Each with the ways out that there are here. */
export function cautionLines(cautions: readonly Caution[], { root }: Store): string[] {
  return cautions.map((caution) =>
    [
      describeCaution(caution, root),
      caution.kind === 'git'
        ? 'Have git ignore that folder, keep the backups elsewhere, or encrypt them with `mpbackup key set`.'
        : 'Encrypt them with `mpbackup key set`, leave such files out with --exclude, or keep the folder where only you can read it.',
      'You will not be warned of this again.',
    ].join(' '),
  );
}
