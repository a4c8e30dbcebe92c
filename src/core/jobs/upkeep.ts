// What keeps backups trustworthy without anybody thinking of it: each day some of the archives are read in turn, and each week or
// month the newest backup of one board is restored onto a simulated one. What is due, the history says; so whoever asks first, in
// whichever window or on the command line, does it, and no other.

import { isBackupError } from '../errors.js';
import { latestAmong } from '../latest.js';
import { dueUpkeep, type UpkeepDue } from '../plan/upkeepDue.js';
import type { UpkeepRules } from '../plan/upkeepRules.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { takeTurn } from '../store/turn.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { type TestRestoreResult, testRestore } from './testRestore.js';
import { type VerifyResult, verify } from './verify.js';

export interface UpkeepResult {
  /** Absent if it was not due. */
  verified?: VerifyResult;
  tested?: TestRestoreResult;
  /** Another window or program is at it. */
  isBusy?: true;
}

const TIDY_WAIT_MS = 1_000;

/**
 * Nothing is due if there are no backups.
 *
 * @throws BackupError whatever a verification or a test restore throws; the other one has had its turn, or is due at the next call
 */
export async function runUpkeep(context: JobContext, store: Store, rules: UpkeepRules): Promise<UpkeepResult> {
  const look = () => upkeepDue(context, store, rules, context.env.clock.now());
  if (!isAnyDue(await look())) return {};
  await using turn = await unlessBusy(
    takeTurn(context.env, store.root, 'upkeep', 'checks the backups', context.signal),
  );
  if (!turn) return { isBusy: true };
  // Whoever had the turn before may have done it by now.
  const due = await look();
  const verified = due.verify ? await verify(context, store, { depth: { seconds: rules.checkSeconds } }) : undefined;
  const newest = due.test === undefined ? undefined : await newestOf(store, due.test);
  const seconds = rules.testRestoreSeconds;
  const tested = newest ? await testRestore(context, store, newest, { seconds }) : undefined;
  // What is held alone is made smaller as it is let go. If others are at work, another day is as good.
  await unlessBusy(holding(context, store, 'exclusive', 'tidies up', async () => {}, TIDY_WAIT_MS));
  return { ...(verified && { verified }), ...(tested && { tested }) };
}

/** @param now milliseconds since 1970 */
export async function upkeepDue(
  { env }: JobContext,
  store: Store,
  rules: UpkeepRules,
  now: number,
): Promise<UpkeepDue> {
  if (!(await store.exists())) return { verify: false, test: undefined };
  const { backups } = await store.list();
  return dueUpkeep({ rules, backups, history: await store.history(), now, timeZone: env.clock.timeZone() });
}

function isAnyDue({ verify: isVerifyDue, test }: UpkeepDue): boolean {
  return isVerifyDue || test !== undefined;
}

/** @returns undefined if others are at it */
async function unlessBusy<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isBackupError(error, 'store-busy')) return undefined;
    throw error;
  }
}

async function newestOf(store: Store, boardId: string): Promise<BackupSummary | undefined> {
  return latestAmong(await store.backupsOf(boardId));
}
