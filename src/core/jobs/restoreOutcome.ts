// What came of a plan that was carried out on a board: the same for a restore, and for undoing and finishing one.

import type { ConnectedBoard, Program } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import type { Wire } from '../board/line.js';
import { inEnglish } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { limitsOfRestore } from '../plan/boardLimits.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { ConflictChoice, RestoreItem, SkipReason } from '../plan/restoreItem.js';
import type { RestoreMode } from '../plan/restoreSteps.js';
import type { RestoreReport } from '../store/restoreRecords.js';
import type { BackupSummary } from '../store/summary.js';
import type { Performed } from './performPlan.js';
import { settledWords, skipWords } from './restoreText.js';

/** A file that was in no backup as it was on the board, or was changed since, and what became of it. */
export interface SettledConflict {
  path: BoardPath;
  settled: ConflictChoice;
  /** The same in English words, as it is kept in the record: the end of a sentence. */
  outcome: string;
  /** Where the file of the backup went, if both were kept. */
  beside?: BoardPath;
}

export interface RestoreOutcome {
  board: BoardIdentity;
  restored: BoardPath[];
  /** Already as they should be: not written at all, because flash wears (P27). */
  unchanged: BoardPath[];
  /** Of what was wanted, what was not done, and why not. */
  skipped: Array<{ path: BoardPath; skip: SkipReason }>;
  conflicts: SettledConflict[];
  deleted: BoardPath[];
  /** The backup of what was replaced; absent if nothing was. */
  safety?: BackupSummary;
  /** How files took their place on the board. */
  mode: RestoreMode;
  /** What the board cannot do, and what was done instead: sentences. */
  limits: string[];
  /** Files hashed on the board afterwards and found right. */
  verified: number;
  program: Readonly<Program>;
  /** How bytes travelled, such as `agent`, `deflated`. */
  ways: string[];
  wire: Wire;
  seconds: number;
}

/** To be called when the board has been left: it tells what became of its program. */
export function outcomeOf(
  board: ConnectedBoard,
  { items, mode }: Pick<RestorePlan, 'items' | 'mode'>,
  { written, deleted, safety }: Performed,
  seconds: number,
): RestoreOutcome {
  const files = items.filter(({ type }) => type === 'file');
  return {
    board: board.identity,
    restored: written,
    deleted,
    mode,
    seconds,
    unchanged: files.filter(({ action, wanted }) => action === 'same' && wanted !== null).map(({ path }) => path),
    skipped: items.flatMap(({ path, action, skip }) => (action === 'skip' && skip ? [{ path, skip }] : [])),
    conflicts: conflictsOf(items),
    ...(safety && { safety }),
    limits: written.length > 0 ? limitsOfRestore(board) : [],
    verified: written.length,
    program: board.program,
    ways: [...board.files.ways],
    wire: { ...board.wire },
  };
}

function conflictsOf(items: readonly RestoreItem[]): SettledConflict[] {
  return items.flatMap(({ path, action, settled, wanted, beside }) => {
    if (action !== 'conflict' || !settled) return [];
    const outcome = inEnglish(settledWords(settled, wanted === null));
    return [{ path, settled, outcome, ...(beside !== undefined && { beside }) }];
  });
}

/** What is kept of it in the record. */
export function reportOf(outcome: RestoreOutcome): RestoreReport {
  const { restored, unchanged, deleted, verified, conflicts, mode, program, seconds } = outcome;
  return {
    restored: restored.length,
    unchanged: unchanged.length,
    deleted: deleted.length,
    verified,
    skipped: skippedInWords(outcome),
    conflicts: conflicts.map(({ path, outcome }) => ({ path, outcome })),
    mode,
    program: program.state,
    seconds,
  };
}

/** Wished for, and not possible. */
const COULD_NOT: readonly SkipReason[] = ['read-only', 'bad-name', 'no-way-back'];

export function isPartial({ skipped }: Pick<RestoreOutcome, 'skipped'>): boolean {
  return skipped.some(({ skip }) => COULD_NOT.includes(skip));
}

/** In English, as it is kept in the record. */
export function skippedInWords({ skipped }: Pick<RestoreOutcome, 'skipped'>): RestoreReport['skipped'] {
  return skipped.map(({ path, skip }) => ({ path, reason: inEnglish(skipWords(skip)) }));
}
