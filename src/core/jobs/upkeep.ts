// What keeps backups trustworthy without anybody thinking of it: each day some of the archives are read in turn, and each week or
// month the newest backup of one board is restored onto a simulated one. What is due, the history says; so whoever asks first, in
// whichever window or on the command line, does it, and no other.

import { join } from 'node:path';
import { isBackupError } from '../errors.js';
import { latestAmong } from '../latest.js';
import { dueUpkeep, type UpkeepDue } from '../plan/upkeepDue.js';
import type { UpkeepRules } from '../plan/upkeepRules.js';
import { acquireLock, type StoreLock } from '../store/lock.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { holding } from './holding.js';
import type { JobContext } from './job.js';
import { type TestRestoreResult, testRestore } from './testRestore.js';
import { type VerifyResult, verify } from './verify.js';

export interface UpkeepResult {
  /** Absent where it was not due. */
  verified?: VerifyResult;
  tested?: TestRestoreResult;
  /** Another window or program is at it. */
  isBusy?: true;
}

/** Two who come at once both give way, and come again. */
const WAIT_MS = 1_000;

/**
 * Nothing is due where there are no backups.
 *
 * @throws BackupError whatever a verification or a test restore throws; the other one has had its turn, or is due at the next call
 */
export async function runUpkeep(context: JobContext, store: Store, rules: UpkeepRules): Promise<UpkeepResult> {
  const look = () => upkeepDue(context, store, rules, context.env.clock.now());
  if (!isAnyDue(await look())) return {};
  let turn: StoreLock;
  try {
    turn = await takeTurn(context, store);
  } catch (error) {
    if (isBackupError(error, 'store-busy')) return { isBusy: true };
    throw error;
  }
  try {
    // Whoever had the turn before may have done it by now.
    const due = await look();
    const verified = due.verify ? await verify(context, store, { depth: { seconds: rules.checkSeconds } }) : undefined;
    const newest = due.test === undefined ? undefined : await newestOf(store, due.test);
    const seconds = rules.testRestoreSeconds;
    const tested = newest ? await testRestore(context, store, newest, { seconds }) : undefined;
    await tidyUp(context, store);
    return { ...(verified && { verified }), ...(tested && { tested }) };
  } finally {
    await turn.release();
  }
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

/** Where others are at work, another day is as good. */
async function tidyUp(context: JobContext, store: Store): Promise<void> {
  try {
    // What is held alone is made smaller as it is let go.
    await holding(context, store, 'exclusive', 'tidies up', async () => {}, WAIT_MS);
  } catch (error) {
    if (!isBackupError(error, 'store-busy')) throw error;
  }
}

/** Beside the lock of the store, which both jobs share with all that only read. */
function takeTurn({ env, signal }: JobContext, { root }: Store): Promise<StoreLock> {
  return acquireLock(env, join(root, 'locks', 'upkeep'), {
    ...{ kind: 'exclusive', work: 'checks the backups', waitMs: WAIT_MS, signal },
  });
}

async function newestOf(store: Store, boardId: string): Promise<BackupSummary | undefined> {
  return latestAmong(await store.backupsOf(boardId));
}
