// What every job that writes to a board does, in this order: take a safety backup, verify in the store what will be written, record what is
// about to be done, do it, and verify it on the board.

import { lineDamaged } from '../board/boardErrors.js';
import type { ConnectedBoard } from '../board/connect.js';
import { BackupError, isBackupError, throwIfCancelled, withSentence } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import type { PlanProblem, RestorePlan } from '../plan/planToward.js';
import { pathsToSave, recordedItems } from '../plan/recordedPlan.js';
import type { WriteStep } from '../plan/restoreSteps.js';
import type { Scope } from '../plan/scope.js';
import { beforeRestore, sumOf, toRestore } from '../plan/timeLeft.js';
import type { Direction, RecordedItem, RestoreJournal } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { UnreadableEntry } from '../tree.js';
import { hashOnBoard } from './hashOnBoard.js';
import { isReadable } from './isReadable.js';
import { type JobContext, type Phases, trackPhases, type WillWrite } from './job.js';
import type { Look } from './lookForRestore.js';
import { takeSafetyBackup } from './safetyBackup.js';
import { clearLeftovers, NothingChanged, referenceTo } from './stepsOnBoard.js';
import { temporariesFor } from './temporaries.js';
import { writeAside } from './writeAside.js';
import { writeInPlace } from './writeInPlace.js';

/** The safety backup: of what will be replaced or deleted, of the whole board, or none, if the user wants none. */
export const SAFETY_CHOICES = ['changed', 'whole', 'none'] as const;
export type SafetyChoice = (typeof SAFETY_CHOICES)[number];

export interface ToPerform {
  plan: RestorePlan;
  look: Look;
  /** `unsaved`: only content that the store cannot read, of what will be replaced or deleted. */
  safety: SafetyChoice | 'unsaved';
  /** Of the usual backups of this board. */
  scope: Scope;
  toward: Direction;
  /** The items of the record that is continued, with their temporary names. */
  recorded?: readonly RecordedItem[];
  /** Opens the record; called when everything is verified, before the first write. */
  journal(items: RecordedItem[], safety: BackupSummary | undefined): Promise<RestoreJournal>;
}

export interface Performed {
  /** Absent if nothing had to be done. */
  journal?: RestoreJournal;
  safety?: BackupSummary;
  written: BoardPath[];
  deleted: BoardPath[];
}

/** @throws BackupError; unless its message says otherwise, the board is unchanged */
export async function performPlan(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { plan, look, safety: choice, scope, toward, recorded, journal: open }: ToPerform,
): Promise<Performed> {
  const [problem] = plan.problems;
  if (problem) throw refusal(problem, board);
  const purpose = toward === 'before' ? 'undo' : recorded ? 'finish' : 'restore';
  const tell = async (what: Pick<WillWrite, 'written' | 'deleted' | 'bytes'>) => {
    await context.onWillWrite?.({ board: board.identity, url: board.url, purpose, ...what });
    throwIfCancelled(context.signal);
  };
  const written = plan.steps.filter((step) => step.kind === 'write');
  if (plan.steps.length === 0) {
    if (look.temporaries.length > 0) await tell({ written: [], deleted: look.temporaries, bytes: 0 });
    await clearLeftovers(board, { plan, ...lookOf(look) }, () => {}, context.signal);
    return { written: [], deleted: [] };
  }
  const isInPlace = !look.state.can.rename;
  // On such a board, a file that cannot be seen may be damaged without anybody noticing.
  if (isInPlace && written.length > 0 && look.state.unreadable[0]) throw notSeen(look.state.unreadable[0]);
  const files = written.map(({ path, content }) => ({ path, size: content.size }));
  const transfer = toRestore(files, isPackedUp(board), plan.mode);
  const learned = {};
  const safety =
    choice === 'none' && plan.mode !== 'in-place'
      ? undefined
      : await takeSafetyBackup({ ...context, course: { ahead: beforeRestore(transfer), learned } }, board, store, {
          paths: choice === 'unsaved' ? await unsaved(store, look, pathsToSave(plan)) : pathsToSave(plan),
          scope,
          state: look.state,
          // Writing in place may damage any file.
          isWhole: choice === 'whole' || (isInPlace && look.state.present.size > 0),
        });
  // Content that cannot be read must be noticed before the first write, not in the middle.
  for (const step of written) for await (const _ of store.readContent(referenceTo(step)));
  const deleted = plan.steps.flatMap((step) => (step.kind === 'remove' ? [step.path] : []));
  await tell({ written: written.map(({ path }) => path), deleted, bytes: sumOf(files).bytes });

  const temporaries = temporariesFor(context, plan, recorded);
  const journal = await open(recordedItems(plan, isInPlace ? new Map() : temporaries), safety?.backup);
  const phases = trackPhases({ ...context, course: { ahead: [], learned } });
  try {
    await journal.started(toward);
    phases.begin('write', sumOf(files), transfer);
    const carryOut = isInPlace ? writeInPlace : writeAside;
    await carryOut(context, board, store, { plan, ...lookOf(look), temporaries, safety }, phases);
    await verifyOnBoard(context, board, written, phases);
  } catch (error) {
    if (error instanceof NothingChanged) {
      await (toward === 'after' ? journal.dropped() : journal.stopped(codeOf(error.cause)));
      throw withSentence(error.cause, error.message);
    }
    await journal.stopped(codeOf(error));
    throw withSentence(error, t('The restore is on record: finish it, or undo it.'));
  }
  return {
    journal,
    ...(safety && { safety: safety.backup }),
    written: written.map(({ path }) => path),
    deleted,
  };
}

function isPackedUp({ files: { ways }, profile }: ConnectedBoard): boolean {
  return ways.includes('agent') && profile.can.inflate;
}

/** Paths whose content on the board cannot be read from the store. A listed archive may be damaged, so the content is read (P26). */
async function unsaved(store: Store, { state }: Look, paths: readonly BoardPath[]): Promise<BoardPath[]> {
  const found: BoardPath[] = [];
  for (const path of paths) {
    const there = state.present.get(path);
    if (there === undefined || there === 'folder') continue;
    const { size, sha256 } = there;
    const isSaved = sha256 !== null && (await isReadable(store, { size, sha256 }));
    if (!isSaved) found.push(path);
  }
  return found;
}

function lookOf({ state, temporaries, twins }: Look) {
  return { state, leftovers: temporaries, twins };
}

function codeOf(error: unknown): string {
  return isBackupError(error) ? error.code : 'unexpected';
}

/** P27 */
async function verifyOnBoard(
  context: JobContext,
  board: ConnectedBoard,
  written: readonly WriteStep[],
  phases: Phases,
): Promise<void> {
  const asked = written.map(({ path, content }) => ({ path, size: content.size }));
  const expected = new Set(written.map(({ content }) => content.sha256));
  const hashes = await hashOnBoard(context, board, phases, 'check', asked, expected);
  for (const { path, content } of written) {
    if (hashes.get(path) !== content.sha256)
      throw lineDamaged(board.url, t('{0} is not the same on the board after it was written', displayPath(path)));
  }
}

function refusal({ code, message, path, hint }: PlanProblem, { url }: ConnectedBoard): BackupError {
  return new BackupError(code, `${message} ${t('Nothing was written.')}`, { path: path ?? url, hint });
}

function notSeen({ path, message }: UnreadableEntry): BackupError {
  return new BackupError(
    'board-error',
    t('The board cannot look at {0}: {1}. Nothing was written.', displayPath(path) || '/', message),
    { path, hint: t('Switch the board off and on, and try again.') },
  );
}
