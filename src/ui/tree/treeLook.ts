// Which backups the tree shows, and in which order: what the user has chosen. Knows nothing of VS Code.

import { KINDS, ORIGINS } from '../../core/archive/manifest.js';
import { originWords } from '../../core/jobs/backupWords.js';
import { t } from '../../core/l10n.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { kindName } from '../../core/plan/originText.js';
import { isSound } from '../../core/plan/soundness.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { capitalized } from '../nameBackups.js';

/** `damaged` also if files are missing, or could not be read when it was taken. Else `origin:quick`, `kind:full`, `tag:before-flashing`. */
export type Criterion = 'pinned' | 'labelled' | 'damaged' | `${'origin' | 'kind' | 'tag'}:${string}`;

export interface TreeLook {
  /** Backups are shown that fit any of these; all, if there is none. */
  criteria: readonly Criterion[];
  oldestFirst: boolean;
  /** `lastBackup`: those that were not backed up for the longest time come first. */
  boardsBy: 'name' | 'lastBackup';
}

export const USUAL_LOOK: TreeLook = { criteria: [], oldestFirst: false, boardsBy: 'name' };

/** A criterion that some backups fit, to be chosen from. */
export interface Choice {
  criterion: Criterion;
  label: string;
  backups: number;
}

/** What was remembered by another version of this software may be anything. */
export function parseLook(value: unknown): TreeLook {
  const { criteria, oldestFirst, boardsBy } = (typeof value === 'object' && value ? value : {}) as Partial<
    Record<keyof TreeLook, unknown>
  >;
  return {
    criteria: Array.isArray(criteria) ? criteria.filter(isCriterion) : [],
    oldestFirst: oldestFirst === true,
    boardsBy: boardsBy === 'lastBackup' ? 'lastBackup' : 'name',
  };
}

export function fits(backup: BackupSummary, criteria: readonly Criterion[]): boolean {
  return criteria.length === 0 || criteria.some((criterion) => fitsOne(backup, criterion));
}

/** @returns in the order in which they are offered; only those that some backup fits */
export function choicesOf(backups: readonly BackupSummary[]): Choice[] {
  const tags = [...new Set(backups.flatMap((backup) => backup.tags))].sort();
  const all: Criterion[] = [
    ...(['pinned', 'labelled', 'damaged'] as const),
    ...ORIGINS.map((origin): Criterion => `origin:${origin}`),
    ...KINDS.map((kind): Criterion => `kind:${kind}`),
    ...tags.map((tag): Criterion => `tag:${tag}`),
  ];
  return all
    .map((criterion) => ({
      criterion,
      label: nameOfCriterion(criterion),
      backups: backups.filter((backup) => fitsOne(backup, criterion)).length,
    }))
    .filter((choice) => choice.backups > 0);
}

/** `Pinned`, `Quick`, `#before-flashing` */
function nameOfCriterion(criterion: Criterion): string {
  if (criterion === 'labelled') return t('With a label');
  if (criterion === 'damaged') return t('Damaged or incomplete');
  const [, tag] = /^tag:(.*)$/s.exec(criterion) ?? [];
  if (tag !== undefined) return `#${tag}`;
  if (criterion === 'pinned') return capitalized(t('pinned'));
  const origin = ORIGINS.find((one) => criterion === `origin:${one}`);
  const kind = KINDS.find((one) => criterion === `kind:${one}`);
  return capitalized(origin ? originWords(origin) : kind ? kindName(kind) : criterion);
}

/** What the view says of it above its rows; empty if all is as usual. */
export function describeLook({ criteria, oldestFirst, boardsBy }: TreeLook): string {
  const parts = [
    ...(criteria.length > 0 ? [t('filter: {0}', criteria.map(nameOfCriterion).join(', '))] : []),
    ...(oldestFirst ? [t('oldest first')] : []),
    ...(boardsBy === 'lastBackup' ? [t('boards by last backup')] : []),
  ];
  return capitalized(parts.join('; '));
}

export function boardsInOrder(boards: readonly KnownBoard[], { boardsBy }: TreeLook): readonly KnownBoard[] {
  if (boardsBy === 'name') return boards;
  const times = boards.map((board) => ({ board, time: board.latest?.checkedAt ?? board.latest?.createdAt ?? '' }));
  return times.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).map(({ board }) => board);
}

function fitsOne(backup: BackupSummary, criterion: Criterion): boolean {
  if (criterion === 'pinned') return backup.pinned;
  if (criterion === 'labelled') return backup.label !== null && backup.label !== '';
  if (criterion === 'damaged') return !isSound(backup) || backup.errors > 0;
  return (
    criterion === `origin:${backup.origin}` ||
    criterion === `kind:${backup.kind}` ||
    backup.tags.some((tag) => criterion === `tag:${tag}`)
  );
}

function isCriterion(value: unknown): value is Criterion {
  return typeof value === 'string' && /^(pinned|labelled|damaged|(origin|kind|tag):.+)$/s.test(value);
}
