// Which steps of the walkthrough are done: by what is there, and not by which command was called. Knows nothing of VS Code.

import { changesSince } from '../../core/plan/changesSince.js';
import type { TreeDifference } from '../../core/plan/compareTrees.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { RestoreRecord } from '../../core/store/restoreRecords.js';
import type { BackupSummary } from '../../core/store/summary.js';

export interface Facts {
  boards: readonly KnownBoard[];
  backups: readonly BackupSummary[];
  restores: readonly RestoreRecord[];
  /** What was read of boards last, beside their last backups. */
  differences: readonly TreeDifference[];
  /** A file on a simulated board was saved in this window. */
  hasSaved: boolean;
  /** The user has said when backups are taken. */
  hasOwnSchedule: boolean;
}

/** By the names of the contexts that package.json waits for. */
export interface StepsDone {
  hasBoard: boolean;
  hasBackup: boolean;
  hasChange: boolean;
  hasRestored: boolean;
  hasOwnSchedule: boolean;
}

export function stepsDone({ boards, backups, restores, differences, hasSaved, hasOwnSchedule }: Facts): StepsDone {
  // What a restore saves before it writes is no backup that somebody has taken.
  const taken = backups.filter(({ origin }) => origin !== 'safety');
  return {
    hasBoard: boards.some(({ url }) => url !== undefined),
    hasBackup: taken.length > 0,
    hasChange:
      hasSaved || differences.some(isChange) || taken.some(({ kind, stored }) => kind !== 'full' && stored > 0),
    // One that was undone since has been done all the same.
    hasRestored: restores.some(({ state }) => state === 'done' || state === 'undone'),
    hasOwnSchedule,
  };
}

function isChange(difference: TreeDifference): boolean {
  const { changed, added, removed } = changesSince(difference);
  return changed + added + removed > 0;
}
