// Takes the backups of a board that are due by its schedule. Nothing is remembered here: the history of the store is read
// again before each, so that several windows and the command line together take each of them once.

import { DEFAULT_EXCLUDE } from '../defaults.js';
import { type BackupError, isBackupError, messageOf } from '../errors.js';
import { type Asked, type DueRun, dueRuns } from '../plan/dueRuns.js';
import { needsItsOwn } from '../plan/needsItsOwn.js';
import { plansFor, type ScheduleConfig, type SetPlan } from '../plan/scheduleRules.js';
import type { Scope } from '../plan/scope.js';
import type { HistoryRecord } from '../store/history.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { takeBoardTurn } from '../store/turn.js';
import { type BackupResult, backup } from './backup.js';
import type { BoardAddress, JobContext } from './job.js';
import { isPutOff } from './putOff.js';

/** A board as its schedule knows it. */
export interface ScheduledBoard {
  id: string;
  name: string;
  /** Since when it is connected, in milliseconds since 1970; absent while it is away. */
  connectedAt?: number | undefined;
  /** When it was last used and then unplugged, or its window closed. */
  sessionEndedAt?: number | undefined;
}

export interface ScheduledOptions {
  /** Of the set that has no name. */
  usualScope: Scope;
  fullAfter: number;
  /** After each backup that was added, while it is still the turn of this board: for retention. Its failure is only logged. */
  afterBackup?: ((boardId: string) => Promise<void>) | undefined;
}

/** What became of one run. */
export type ScheduledOutcome = { run: DueRun } & (
  | { state: 'done'; result: BackupResult }
  /** Nothing is wrong: it is due as before, and is taken at a better moment. */
  | { state: 'putOff'; error: BackupError }
  | { state: 'failed'; error: unknown }
);

/**
 * One set after the other; one that fails hinders no other. A running program is spared unless `address` says otherwise.
 *
 * @returns what was due, and what became of it; never rejects for what became of a run. @throws BackupError `store-…`
 */
export async function runDue(
  context: JobContext,
  store: Store,
  board: ScheduledBoard & { address: BoardAddress },
  config: ScheduleConfig,
  options: ScheduledOptions,
): Promise<ScheduledOutcome[]> {
  const look = async () => dueRuns(await askedOf(context, store, board, config));
  const due = await look();
  if (due.length === 0) return [];
  const putOff = (error: BackupError): ScheduledOutcome[] => due.map((run) => ({ run, state: 'putOff', error }));
  try {
    await using _turn = await takeBoardTurn(context.env, store.root, board.id, context.signal);
    return await takeInTurn(context, store, board, config, options, look);
  } catch (error) {
    if (isPutOff(error, context.signal)) return putOff(error);
    throw error;
  }
}

/** What is asked of its schedule: all that the store tells of a board. */
export async function askedOf(
  { env }: JobContext,
  store: Store,
  board: ScheduledBoard,
  config: ScheduleConfig,
): Promise<Asked> {
  // Without the key no backup would be seen, and none be due.
  await store.unlock();
  const { id, connectedAt, sessionEndedAt } = board;
  const history = (await store.history()).filter((record) => record.board?.id === id);
  const since = firstOf(await store.backupsOf(id), history);
  return {
    // Who has not backed it up once by hand has not asked for more.
    plans: since === undefined ? [] : plansFor(config, board),
    history,
    since: since ?? 0,
    connectedAt,
    sessionEndedAt,
    now: env.clock.now(),
    timeZone: env.clock.timeZone(),
  };
}

/** When the board came into the store; backups may have been pruned since. @returns undefined if none is there */
function firstOf(backups: readonly BackupSummary[], history: readonly HistoryRecord[]): number | undefined {
  if (backups.length === 0) return undefined;
  const noted = history.filter(({ operation, ok }) => operation === 'backup' && ok);
  return Math.min(...backups.map(({ createdAt }) => Date.parse(createdAt)), ...noted.map(({ at }) => Date.parse(at)));
}

async function takeInTurn(
  context: JobContext,
  store: Store,
  board: ScheduledBoard & { address: BoardAddress },
  config: ScheduleConfig,
  options: ScheduledOptions,
  look: () => Promise<DueRun[]>,
): Promise<ScheduledOutcome[]> {
  const outcomes: ScheduledOutcome[] = [];
  for (;;) {
    // Whoever had the turn before may have taken it by now, and our own runs are in the history too.
    const due = (await look()).filter(({ set }) => !outcomes.some(({ run }) => run.set === set));
    const [run] = due;
    if (!run) return outcomes;
    const outcome = await take(context, store, board, config, options, run);
    outcomes.push(outcome);
    if (outcome.state === 'putOff') {
      // The board is the same for all of its sets: it is not asked once more for each of them.
      const { error } = outcome;
      return [...outcomes, ...due.slice(1).map((each) => ({ run: each, state: 'putOff', error }) as const)];
    }
  }
}

async function take(
  context: JobContext,
  store: Store,
  { address, id, name }: ScheduledBoard & { address: BoardAddress },
  config: ScheduleConfig,
  { usualScope, fullAfter, afterBackup }: ScheduledOptions,
  run: DueRun,
): Promise<ScheduledOutcome> {
  const plan = plansFor(config, { id, name }).find(({ set }) => set === run.set);
  const history = (await store.history()).filter((record) => record.board?.id === id);
  try {
    const result = await backup(context, { programs: 'spare', ...address }, store, {
      kind: 'auto',
      fullAfter,
      origin: run.origin,
      scope: scopeOfSet(plan, usualScope),
      ...(run.set !== null && { set: run.set }),
      scheduled: { board: { id, name }, rules: run.serves },
      recordUnchanged: needsItsOwn(run, history),
    });
    if (!result.unchanged) await afterwards(context, id, afterBackup);
    return { run, state: 'done', result };
  } catch (error) {
    if (isPutOff(error, context.signal)) return { run, state: 'putOff', error };
    return { run, state: 'failed', error };
  }
}

async function afterwards(
  { env }: JobContext,
  boardId: string,
  afterBackup: ScheduledOptions['afterBackup'],
): Promise<void> {
  try {
    await afterBackup?.(boardId);
  } catch (error) {
    // The backup is there. What follows it comes again after the next one.
    if (!isBackupError(error)) throw error;
    env.log.warn(`What follows a scheduled backup was not done: ${messageOf(error)}`);
  }
}

/** What a backup of a set covers. */
export function scopeOfSet(plan: SetPlan | undefined, usual: Scope): Scope {
  // Of the usual set, a scheduled backup covers just what one that a person takes does.
  const exclude = plan?.exclude ? [...new Set([...DEFAULT_EXCLUDE, ...plan.exclude])] : usual.exclude;
  return { root: usual.root, include: plan?.include ?? usual.include, exclude };
}
