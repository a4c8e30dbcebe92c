// What the item in the status bar is drawn from, and what of it a person has to see to. Knows nothing of VS Code.

import type { BackupError } from '../../core/errors.js';
import type { Health } from '../../core/plan/health.js';
import type { HealthFinding } from '../../core/plan/healthFindings.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { lastRestore } from '../../core/plan/recordedPlan.js';
import { isSound } from '../../core/plan/soundness.js';
import type { RestoreRecord } from '../../core/store/restoreRecords.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { findingOf, findingOfStore } from '../health/findings.js';
import type { RunningJob } from '../runningJobs.js';

export interface StatusFacts {
  list: readonly KnownBoard[];
  /** What is remembered as the board of the quick backup. */
  remembered?: string | undefined;
  /** Why backups could not be listed. */
  storeTrouble?: BackupError | undefined;
  backups: readonly BackupSummary[];
  /** Newest first. */
  restores: readonly RestoreRecord[];
  health?: Health | undefined;
  jobs: readonly RunningJob[];
  /** The job that has just ended well. */
  done?: RunningJob | undefined;
  /** Milliseconds since 1970. */
  now: number;
}

/** If nothing had changed, the backup is as good as one that was taken then. */
export function backedUpAt({ createdAt, checkedAt = createdAt }: BackupSummary): string {
  return checkedAt;
}

/** What a person has to see to. */
export type StatusTrouble =
  | { kind: 'store'; error: BackupError }
  | { kind: 'unfinished'; restore: RestoreRecord }
  /** Backups that are damaged, or in which files are missing. */
  | { kind: 'unsound'; backups: readonly BackupSummary[] }
  /** Of the board, or of the store. */
  | { kind: 'health'; finding: HealthFinding; isOfStore: boolean };

/** The store concerns all boards, so it comes first; a board between two states is worse than a backup that lost files. */
export function troubleOf(facts: StatusFacts, board: KnownBoard | undefined): StatusTrouble | undefined {
  const { storeTrouble } = facts;
  if (storeTrouble) return { kind: 'store', error: storeTrouble };
  return troubleOfBoard(facts, board?.id) ?? troubleOfDisk(facts);
}

function troubleOfDisk({ health }: StatusFacts): StatusTrouble | undefined {
  const finding = findingOfStore(health);
  return finding && { kind: 'health', finding, isOfStore: true };
}

function troubleOfBoard({ restores, backups, health }: StatusFacts, id: string | undefined): StatusTrouble | undefined {
  if (id === undefined) return undefined;
  const restore = lastRestore(restores, id);
  if (restore?.state === 'unfinished') return { kind: 'unfinished', restore };
  const unsound = backups.filter((backup) => backup.board.id === id && !isSound(backup));
  if (unsound.length > 0) return { kind: 'unsound', backups: unsound };
  const finding = findingOf(health, id);
  return finding && { kind: 'health', finding, isOfStore: false };
}
