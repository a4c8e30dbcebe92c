// How far the bar of a job stands. A job has several phases, some of them twice; the bar shows the whole job and never
// runs backwards. Knows nothing of VS Code.

import type { Phase, Progress } from '../core/jobs/job.js';
import { percent } from '../core/jobs/progressText.js';

/** How far a job is. */
export interface JobProgress {
  /** What it does now. */
  step: Progress;
  /** Of the whole job. */
  percent: number;
}

/** Which part of the bar belongs to a phase, in percent. A phase that is not named leaves the bar where it is. */
export type Shares = Partial<Record<Phase, readonly [from: number, to: number]>>;

/** Lists and hashes take little beside the files; the archive is read back at the end. */
export const BACKUP_SHARES: Shares = { list: [0, 2], compare: [0, 10], read: [10, 95], save: [95, 100] };

/** What is replaced is read first, which takes about as long as writing: half of the bar for each. */
export const RESTORE_SHARES: Shares = {
  compare: [0, 5],
  read: [5, 45],
  save: [45, 48],
  write: [48, 95],
  check: [95, 100],
};

export const VERIFY_SHARES: Shares = { check: [0, 100] };

/** Everything is read; what was lost is then looked for on a board, and written where it is needed. */
export const REPAIR_SHARES: Shares = { check: [0, 60], plan: [60, 65], read: [65, 80], merge: [80, 100] };

/** What others need moves before anything is deleted; the deleting itself takes no time. */
export const DELETE_SHARES: Shares = { plan: [0, 20], merge: [20, 100] };

export const READ_SHARES: Shares = { read: [0, 100] };

export const PLAN_SHARES: Shares = { plan: [0, 100] };

export const COPY_SHARES: Shares = { copy: [0, 100] };

/** What differs is read only if a board is compared. */
export const COMPARE_SHARES: Shares = { list: [0, 20], compare: [20, 60], read: [60, 100] };

/** Each archive is rewritten, and read back. */
export const KEY_SHARES: Shares = { plan: [0, 5], rewrite: [5, 100] };

/** Jobs that are over before a bar has moved. */
export const NO_SHARES: Shares = {};

/** @returns where the bar stands after `progress`, 0 to 100, when it stood at `reached` before */
export function barAfter(shares: Shares, progress: Progress, reached: number): number {
  const share = shares[progress.phase];
  if (!share) return reached;
  const [from, to] = share;
  return Math.max(reached, from + ((to - from) * (percent(progress) ?? 0)) / 100);
}
