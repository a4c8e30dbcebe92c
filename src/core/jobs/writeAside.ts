// Carries out the plan of a restore on a board that can rename: each file is written under a temporary name, verified there, and
// then renamed. So a file of the board is either the old one or the new one, never half of one (P24).

import { BoardException } from '../board/boardErrors.js';
import type { Move, NoHash } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import { describeCauses, type ErrorCode, isBackupError, throwIfCancelled, withSentence } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import type { RestoreStep, WriteStep } from '../plan/restoreSteps.js';
import type { Store } from '../store/store.js';
import { count } from '../text.js';
import type { ContentHash } from '../tree.js';
import type { JobContext, Phases } from './job.js';
import { clearLeftovers, NothingChanged, type ToClear, writeProven } from './stepsOnBoard.js';

export interface ToWriteAside extends ToClear {
  /** The temporary name of each file that is written. */
  temporaries: ReadonlyMap<BoardPath, BoardPath>;
}

/** @throws NothingChanged; otherwise the error of the line or the board, and the board has some files of the plan and some older ones */
export async function writeAside(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { plan, leftovers, twins, temporaries }: ToWriteAside,
  phases: Phases,
): Promise<void> {
  const { signal } = context;
  const aside = new Map<BoardPath, BoardPath>();
  const folders: BoardPath[] = [];
  const replaced = new Set(plan.steps.flatMap((step) => (step.kind === 'write' && step.replaces ? [step.path] : [])));
  let changed = 0;
  /** Set before a request that changes files of the board: it may have been carried out though no answer came. */
  let isTouched = false;
  try {
    const onRemoved = () => {
      isTouched = true;
    };
    await clearLeftovers(board, { plan, leftovers, twins }, onRemoved, signal);
    for (const step of plan.steps) await perform(step);
    await takePlaces();
  } catch (error) {
    const isClean = !isGone(error) && (await cleanUp());
    if (!isTouched && isClean) throw new NothingChanged(error);
    const total = plan.steps.filter(({ kind }) => kind === 'write' || kind === 'remove').length;
    const all = count(total, 'change');
    throw withSentence(
      error,
      changed === 0
        ? t('None of {0} had been made on the board.', all)
        : t('{0} of {1} had been made on the board.', changed, all),
    );
  }

  async function perform(step: RestoreStep): Promise<void> {
    if (step.kind === 'make-folder') {
      // Noted first: a board that does not answer may have made it.
      folders.push(step.path);
      await board.files.makeFolder(step.path, signal);
    } else if (step.kind === 'write') {
      await write(step, temporaries.get(step.path) ?? step.path);
    } else {
      await takePlaces();
      isTouched = true;
      await board.files.remove(step.path, step.kind === 'remove' ? 'file' : 'folder', signal);
      changed += 1;
    }
  }

  async function write(step: WriteStep, place: BoardPath): Promise<void> {
    if (plan.mode === 'in-place' && step.replaces) {
      // The flash has no room for both. The old file is in the safety backup.
      isTouched = true;
      await board.files.remove(step.path, 'file', signal);
    }
    aside.set(step.path, place);
    await writeProven(context, board, store, step, place, phases);
    if (plan.mode !== 'stage-all') await takePlaces();
  }

  async function takePlaces(): Promise<void> {
    const moves = [...aside].map(([to, from]) => ({ from, to }));
    if (moves.length === 0) return;
    throwIfCancelled(signal);
    isTouched = true;
    const renamed = ({ to }: Move) => {
      changed += 1;
      aside.delete(to);
    };
    await board.files.renameAll(moves, renamed, signal);
  }

  /** Files that were to be replaced by a rename, and are missing now. */
  async function withoutFile(): Promise<Set<BoardPath>> {
    if (!isTouched || aside.size === 0) return new Set();
    const there = await board.files.hash([...aside.keys()]).catch(() => new Map<BoardPath, ContentHash | NoHash>());
    const isMissing = (path: BoardPath) => {
      const found = there.get(path);
      return found === undefined || (typeof found !== 'string' && found.missing);
    };
    return new Set([...aside.keys()].filter((path) => replaced.has(path) && isMissing(path)));
  }

  /** Removes temporary files, and the folders that were made if nothing else has changed. Never rejects: the first error is the one to report. */
  async function cleanUp(): Promise<boolean> {
    const missing = await withoutFile();
    const left = [
      // If FAT has removed the old file and not yet renamed the new one, the temporary file is the only copy on the board.
      ...[...aside].flatMap(([to, path]) => (missing.has(to) ? [] : [{ path, type: 'file' as const }])),
      ...(isTouched ? [] : folders.reverse().map((path) => ({ path, type: 'folder' as const }))),
    ];
    let isClean = true;
    for (const { path, type } of left) {
      try {
        await board.files.remove(path, type);
      } catch (error) {
        isClean = false;
        context.env.log.warn(`${board.url}: ${path} may have stayed on the board: ${describeCauses(error)}`);
        // A board that does not answer is not asked again for each file.
        if (!(isBackupError(error) && error.cause instanceof BoardException)) break;
      }
    }
    return isClean;
  }
}

const GONE: readonly ErrorCode[] = ['board-reset', 'board-silent', 'port-lost'];

/** The board cannot be asked for anything more. */
function isGone(error: unknown): boolean {
  return isBackupError(error) && GONE.includes(error.code);
}
