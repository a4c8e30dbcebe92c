// Backups of all boards at once: what became of each, and the one message that tells it. Both faces start the backups themselves,
// since each has a progress and, in VS Code, a Cancel of its own.

import { isBackupError, messageOf } from '../errors.js';
import { t } from '../l10n.js';
import { count } from '../text.js';
import type { BackupResult } from './backup.js';

/** As the user knows it, and where it is. */
export interface BoardToBackUp {
  name: string;
  url: string;
}

/** What became of the backup of one board. */
export type BoardOutcome<Board extends BoardToBackUp = BoardToBackUp> = { board: Board } & (
  | { result: BackupResult }
  | { error: unknown }
);

/** Of all boards together. */
export interface AllBoardsSum {
  boards: number;
  /** Boards that have a backup as they are now: a new one, or one of before. */
  backedUp: number;
  changed: number;
  unchanged: number;
  /** Boards some of whose files could not be read. */
  partly: number;
  cancelled: number;
  failed: number;
}

/** Never rejects: a board that fails hinders no other. */
export async function outcomeOf<Board extends BoardToBackUp>(
  board: Board,
  work: () => Promise<BackupResult>,
): Promise<BoardOutcome<Board>> {
  try {
    return { board, result: await work() };
  } catch (error) {
    return { board, error };
  }
}

export function sumOfBoards(outcomes: readonly BoardOutcome[]): AllBoardsSum {
  const done = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []));
  const unchanged = done.filter((result) => result.unchanged).length;
  const cancelled = outcomes.filter(isCancelled).length;
  return {
    boards: outcomes.length,
    backedUp: done.length,
    changed: done.length - unchanged,
    unchanged,
    partly: done.filter(({ errors }) => errors.length > 0).length,
    cancelled,
    failed: outcomes.length - done.length - cancelled,
  };
}

/** The boards that a second try is for: whoever cancelled one does not want it. */
export function failedBoards<Board extends BoardToBackUp>(outcomes: readonly BoardOutcome<Board>[]): Board[] {
  return outcomes.filter((outcome) => 'error' in outcome && !isCancelled(outcome)).map(({ board }) => board);
}

/** `Backed up 3 of 4 boards: 2 changed, 1 nothing new. greenhouse: The board on COM3 does not answer. …` */
export function summaryOfBoards(outcomes: readonly BoardOutcome[]): string {
  return [headlineOfBoards(outcomes), ...outcomes.flatMap((outcome) => sentencesOn(outcome, outcomes))].join(' ');
}

/** The same without what went wrong. */
export function headlineOfBoards(outcomes: readonly BoardOutcome[]): string {
  const { boards, backedUp, changed, unchanged } = sumOfBoards(outcomes);
  const parts = [changed > 0 && t('{0} changed', changed), unchanged > 0 && t('{0} nothing new', unchanged)];
  const all = count(boards, 'board');
  const which = backedUp === boards ? all : backedUp > 0 ? t('{0} of {1}', backedUp, all) : t('none of {0}', all);
  const how = parts.filter(Boolean).join(', ');
  return how ? t('Backed up {0}: {1}.', which, how) : t('Backed up {0}.', which);
}

/** What is not as it should be, of one board. */
function sentencesOn(outcome: BoardOutcome, all: readonly BoardOutcome[]): string[] {
  const boards = all.map(({ board }) => board);
  const name = nameAmong(outcome.board, boards);
  if ('error' in outcome) {
    const { error } = outcome;
    // A way out for each of several would make a message that nobody reads: the log has them.
    const isOnly = failedBoards(all).length === 1;
    const hint = isOnly && isBackupError(error) && error.hint ? ` ${error.hint}` : '';
    return [isCancelled(outcome) ? t('{0}: cancelled.', name) : `${name}: ${asSentence(messageOf(error))}${hint}`];
  }
  const { errors, warnings } = outcome.result;
  const lost = errors.length > 0 ? [t('{0} could not be read.', count(errors.length, 'file'))] : [];
  const found = [...lost, ...warnings];
  return found.length > 0 ? [`${name}: ${found.join(' ')}`] : [];
}

/** Several boards may be called the same: all that have no backup yet are. */
export function nameAmong({ name, url }: BoardToBackUp, all: readonly BoardToBackUp[]): string {
  return name === url || all.filter((board) => board.name === name).length === 1 ? name : `${name} (${url})`;
}

function asSentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

export function isCancelled(outcome: BoardOutcome): boolean {
  return 'error' in outcome && isBackupError(outcome.error, 'cancelled');
}
