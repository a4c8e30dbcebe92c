// Carries out the plan of a restore on a board that cannot rename. A write that fails destroys what was there, and may damage files
// beside it. Everything is in the safety backup, so every file can be made what it should be.

import type { ConnectedBoard } from '../board/connect.js';
import { BackupError, withSentence } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import type { BoardState } from '../plan/restoreItem.js';
import type { ContentReference } from '../store/contents.js';
import type { Store } from '../store/store.js';
import type { JobContext, Phases } from './job.js';
import { makeAs } from './makeAs.js';
import type { Safety } from './safetyBackup.js';
import { clearLeftovers, NothingChanged, referenceTo, type ToClear, writeProven } from './stepsOnBoard.js';

export interface ToWriteInPlace extends ToClear {
  state: BoardState;
  safety: Safety | undefined;
}

/**
 * At the end every file of the board is what it should be, also those that nobody wrote to. After a failure, each is what it was
 * before, or what the plan says if it was already written.
 *
 * @throws NothingChanged; otherwise the error of the line or the board
 */
export async function writeInPlace(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  { plan, state, safety, leftovers, twins }: ToWriteInPlace,
  phases: Phases,
): Promise<void> {
  const before = safety?.files ?? new Map<BoardPath, ContentReference>();
  const wanted = new Map<BoardPath, ContentReference>(before);
  const other = new Set([...state.present.keys()].filter((path) => !before.has(path)));
  let current: BoardPath | undefined;
  let done = 0;
  try {
    await clearLeftovers(board, { plan, leftovers, twins }, () => {}, context.signal);
    for (const step of plan.steps) {
      current = step.path;
      if (step.kind === 'remove') {
        await board.files.remove(step.path, 'file', context.signal);
        wanted.delete(step.path);
      } else if (step.kind === 'make-folder') await board.files.makeFolder(step.path, context.signal);
      else if (step.kind === 'remove-folder') await board.files.remove(step.path, 'folder', context.signal);
      else {
        await writeProven(context, board, store, step, step.path, phases);
        wanted.set(step.path, referenceTo(step));
        other.delete(step.path);
      }
      done += 1;
    }
    current = undefined;
    if ((await makeAs(context, board, store, wanted, other)) === undefined) throw damagedOthers(board);
  } catch (error) {
    const isWhole = await asWanted().catch(() => false);
    if (!isWhole) throw withSentence(error, safety ? mayBeDamaged(safety) : t('Files on the board may be damaged.'));
    const again = current !== undefined && before.has(current) ? t('What was there before is there again.') : undefined;
    if (done === 0) throw new NothingChanged(error, again);
    throw again === undefined ? error : withSentence(error, again);
  }

  /** Without the signal: a cancel must not stop the repair. */
  async function asWanted(): Promise<boolean> {
    return (await makeAs({ env: context.env }, board, store, wanted, other)) !== undefined;
  }
}

function damagedOthers({ url }: ConnectedBoard): BackupError {
  return new BackupError('board-error', t('The file system of the board does not hold what was written to it.'), {
    path: url,
    hint: t('Switch the board off and on, and restore again with fewer or smaller files.'),
  });
}

function mayBeDamaged({ backup: { id } }: Safety): string {
  return t('Files on the board may be damaged; all as they were before are in the backup {0}.', id.slice(0, 8));
}
