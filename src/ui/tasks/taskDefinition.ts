// What a task of the type `micropython-backup` says, and what it is called. Knows nothing of VS Code.

import { t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import { boardNamed, type KnownBoard } from '../../core/plan/knownBoards.js';
import { connectedBoard, type GivenWish, type Knowing, onlyBoard } from '../boardMeant.js';
import type { ConnectedBoardChoice } from '../pickBoard.js';
import { isChosen } from '../quickBoard.js';

export const TASK_TYPE = 'micropython-backup';

/** As the value of `board`: the one of the quick backup. */
export const QUICK = 'quick';

export interface BackupTask extends GivenWish {
  type: string;
  board?: unknown;
}

/**
 * What a task names a board by: its name, which is what people read. Its key, which stays whatever it is called and wherever it is
 * plugged in, if that name may mean something else.
 */
export function nameInTask(boards: readonly KnownBoard[], { name, key }: KnownBoard): string {
  const isOnly = boards.filter((board) => board.name === name).length === 1;
  const meant = boardNamed(boards, name);
  const isOfAnother = meant !== undefined && meant.key !== key;
  return isOnly && !isOfAnother && name !== QUICK ? name : key;
}

/** What the list of tasks calls it. */
export function nameOfTask({ board = QUICK }: Pick<BackupTask, 'board'>): string {
  if (board === QUICK) return t('Back up the board of the quick backup');
  return t('Back up {0}', displayPath(String(board)));
}

/**
 * The board that a task is about. Nobody is asked: what depends on the task waits.
 *
 * @param remembered the board of the quick backup, as this workspace remembers it
 * @throws BackupError `port-not-found`, `bad-argument`
 */
export function boardOfTask(
  knowing: Knowing,
  { board = QUICK }: Pick<BackupTask, 'board'>,
  remembered: string | undefined,
): ConnectedBoardChoice {
  if (board !== QUICK) return connectedBoard(knowing, String(board));
  return isChosen(remembered) ? connectedBoard(knowing, remembered) : onlyBoard(knowing);
}
