// Takes a restore back, or brings one that was interrupted to its end. Its record says what each file was and was to be, and the
// board shows how far it is: so both can be done from wherever it stopped, and again if they are interrupted themselves (P25).

import { type ConnectedBoard, withBoard } from '../board/connect.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, ROOT } from '../paths.js';
import { type Decisions, planToward, type RestorePlan } from '../plan/planToward.js';
import { isOfRecord, lastRestore, wantedByRecord } from '../plan/recordedPlan.js';
import type { BoardState, ConflictChoice } from '../plan/restoreItem.js';
import { warningsOfPlace } from '../plan/restoreWarnings.js';
import type { Direction, RestoreRecord } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import { count, localTime } from '../text.js';
import type { ContentHash } from '../tree.js';
import { type BoardAddress, connecting, type JobContext } from './job.js';
import { lookForRestore } from './lookForRestore.js';
import { performPlan } from './performPlan.js';
import { type Account, recorded } from './recorded.js';
import { outcomeOf, type RestoreOutcome, reportOf } from './restoreOutcome.js';
import { agree, type Decide, type Deciding, lockingOf } from './restorePreview.js';

export interface SettleOptions {
  /** Id of the restore; the last one of the board if nothing is said. */
  restore?: string;
  /** What becomes of files that somebody has changed since; `backup`, which is what the restore found or made, if nothing is said. */
  conflicts?: ConflictChoice;
  /** Is shown the plan before anything is done. */
  decide?: Decide;
}

export interface SettleResult extends RestoreOutcome {
  restore: RestoreRecord;
}

/** Brings back what the last restore replaced or deleted, and removes what it added. */
export function undoRestore(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: SettleOptions = {},
): Promise<SettleResult> {
  return recorded(context, store, 'undo', accountOf, () => settle(context, address, store, 'before', options));
}

/** Brings a restore that was interrupted to its end. */
export function finishRestore(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: SettleOptions = {},
): Promise<SettleResult> {
  return recorded(context, store, 'finish', accountOf, () => settle(context, address, store, 'after', options));
}

function accountOf({ board, restored, deleted, wire, restore }: SettleResult): Account {
  const { id, name } = board;
  return { board: { id, name }, files: restored.length + deleted.length, wire, restore: restore.id };
}

async function settle(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  toward: Direction,
  options: SettleOptions,
): Promise<SettleResult> {
  const start = context.env.clock.ticks();
  const does = toward === 'before' ? 'undoes a restore' : 'finishes a restore';
  const { around, within } = lockingOf(context, store, does, options.decide);
  const done = await around(async () => {
    await store.unlock();
    const { records: restores, unreadable } = await store.restores();
    // What is surely not there is said before a board is disturbed.
    const named = options.restore === undefined ? undefined : findRestore(restores, options.restore);
    // It may be the last one.
    if (!named && unreadable[0] !== undefined) throw unknownLast(unreadable[0]);
    if (restores.length === 0) throw nothingToSettle(toward);
    return withBoard({ ...connecting(context, address), willWrite: true }, async (board) => {
      const record = named ?? lastRestore(restores, board.identity.id);
      if (!record) throw nothingToSettle(toward, board);
      refuseWrong(record, board, toward);
      const nowhere = await contentNowhere(store, record, toward);
      const about = { record, toward, nowhere, conflicts: options.conflicts ?? 'backup' };
      const deciding = decidingOn(context, board, store, about);
      const { plan, look, waitedMs } = await agree(context, deciding, options.decide);
      const performed = await within(() =>
        performPlan(context, board, store, {
          plan,
          look,
          toward,
          scope: { root: ROOT, include: [], exclude: [] },
          safety: 'unsaved',
          recorded: record.items,
          journal: async () => store.resumeRestore(record),
        }),
      );
      return { board, record, plan, performed, waitedMs };
    });
  });
  const { board, record, plan, performed, waitedMs } = done;
  const outcome = outcomeOf(board, plan, performed, (context.env.clock.ticks() - start - waitedMs) / 1000);
  await (performed.journal ?? store.resumeRestore(record)).ended(toward, reportOf(outcome));
  return { ...outcome, restore: record };
}

/** The restore that is undone or finished, and how. */
interface Settling {
  record: RestoreRecord;
  toward: Direction;
  nowhere: ReadonlySet<ContentHash>;
  conflicts: ConflictChoice;
}

/** What cannot come back because the user wanted no safety backup. What one should have is damage, if it is not there. */
async function contentNowhere(
  store: Store,
  { safety, items }: RestoreRecord,
  toward: Direction,
): Promise<Set<ContentHash>> {
  const nowhere = new Set<ContentHash>();
  if (toward === 'after' || safety !== null) return nowhere;
  for (const { before } of items) {
    const hash = before === null || before === 'folder' ? null : before.sha256;
    if (hash !== null && (await store.locate(hash)).length === 0) nowhere.add(hash);
  }
  return nowhere;
}

function decidingOn(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { record, toward, nowhere, conflicts }: Settling,
): Deciding {
  const { items } = record;
  const isOurs = isOfRecord(items);
  const isNowhere = (hash: ContentHash) => nowhere.has(hash);
  const plan = (
    state: BoardState,
    isSaved: (path: BoardPath, hash: ContentHash) => boolean,
    decisions?: Decisions,
  ): RestorePlan => {
    const plan = planToward(wantedByRecord(items, toward, state, isNowhere), state, isSaved, conflicts, decisions);
    // Room is counted with care, so that no restore gets stuck. There was room for this before, or it was promised.
    return { ...plan, problems: plan.problems.filter(({ code }) => code !== 'board-full') };
  };
  return {
    board,
    store,
    look: () => lookForRestore(context, board, store, (state) => plan(state, () => false)),
    plan: (look, decisions) => plan(look.state, isOurs, decisions),
    describe: (plan) => ({
      warnings: warningsOfPlace(plan, board.profile.can.rename),
      included: t(
        'This is about the {0} of the restore of {1}, and nothing else on the board.',
        count(items.length, 'path'),
        localTime(record.at),
      ),
    }),
  };
}

/** @param id or its beginning or end, of 4 digits or more. @throws BackupError `backup-not-found`; `bad-argument` if several fit */
export function findRestore(restores: readonly RestoreRecord[], id: string): RestoreRecord {
  const fits = (record: RestoreRecord) => id.length >= 4 && (record.id.startsWith(id) || record.id.endsWith(id));
  const [found, ...others] = restores.filter(fits);
  if (found && others.length === 0) return found;
  if (found)
    throw new BackupError('bad-argument', t('{0} fits {1} restores.', JSON.stringify(id), others.length + 1), {
      hint: t('Give more of the id, such as its last eight digits.'),
    });
  throw new BackupError('backup-not-found', t('There is no restore {0}.', JSON.stringify(id)), {
    hint: t('Look at the list of restores.'),
  });
}

function refuseWrong(record: RestoreRecord, { identity, url }: ConnectedBoard, toward: Direction): void {
  if (record.board.id !== identity.id)
    throw new BackupError(
      'wrong-board',
      t(
        'That restore was to {0} ({1}), but the board on {2} is {3} ({4}). Nothing was written.',
        record.board.name,
        record.board.id,
        url,
        identity.name,
        identity.id,
      ),
      { path: url, hint: t('Connect that board.') },
    );
  if (record.state === 'running')
    throw new BackupError('board-busy', t('The restore of {0} is still under way.', localTime(record.at)), {
      path: url,
      hint: t('Wait until it has ended.'),
    });
  if (toward === 'after' && record.state === 'done') {
    throw alreadyDone(t('The restore of {0} is already finished. Nothing was written.', localTime(record.at)));
  }
  if (toward === 'before' && (record.state === 'undone' || record.state === 'dropped')) {
    throw alreadyDone(t('The restore of {0} has already been undone. Nothing was written.', localTime(record.at)));
  }
}

function alreadyDone(message: string): BackupError {
  return new BackupError('bad-argument', message, {
    hint: t('Look at the list of restores.'),
  });
}

function unknownLast(path: string): BackupError {
  return new BackupError(
    'store-failed',
    t('{0} cannot be read, so it is not known which restore was the last one. Nothing was written.', path),
    {
      path,
      hint: t('Name the restore that you mean, or move that file away.'),
    },
  );
}

function nothingToSettle(toward: Direction, board?: ConnectedBoard): BackupError {
  return new BackupError(
    'bad-argument',
    board
      ? t(
          toward === 'before'
            ? 'There is no restore of {0} that could be undone.'
            : 'There is no restore of {0} that could be finished.',
          board.identity.name,
        )
      : t(
          toward === 'before'
            ? 'There is no restore that could be undone.'
            : 'There is no restore that could be finished.',
        ),
    {
      ...(board && { path: board.url }),
      hint: t('Only what was restored from these backups is on record.'),
    },
  );
}
