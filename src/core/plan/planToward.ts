// What has to be done so that a board has what is wanted: of a backup, or of the record of a restore. The same plan is shown to the
// user, compared with the board again, and carried out (P28).

import type { ErrorCode } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, comparePaths, displayPath, foldersAround, isInside, parentOf, ROOT } from '../paths.js';
import { bytes } from '../text.js';
import type { ContentHash } from '../tree.js';
import { besideName, inAnyCase } from './besideName.js';
import { mountOf } from './boardMounts.js';
import {
  type BoardState,
  type ConflictChoice,
  isDeleted,
  type OnBoard,
  type RestoreAction,
  type RestoreItem,
  type Wanted,
  type WantedContent,
} from './restoreItem.js';
import { type MountSpace, type RestoreMode, type RestoreStep, stepsOf } from './restoreSteps.js';

/** Why a plan cannot be carried out. */
export interface PlanProblem {
  code: ErrorCode;
  message: string;
  path?: string;
  hint: string;
}

export interface RestorePlan {
  /** Sorted by path. */
  items: RestoreItem[];
  mode: RestoreMode;
  space: MountSpace[];
  /** In the order of execution. */
  steps: RestoreStep[];
  /** If there is one, nothing is carried out. */
  problems: PlanProblem[];
}

/** What the user has decided about single paths of the board. */
export interface Decisions {
  leftOut: ReadonlySet<BoardPath>;
  conflicts: ReadonlyMap<BoardPath, ConflictChoice>;
}

export const NO_DECISIONS: Decisions = { leftOut: new Set(), conflicts: new Map() };

/**
 * What has to be done so that a board has what is wanted.
 *
 * @param wanted each path once
 * @param isSaved whether this content of this path may be replaced without asking
 */
export function planToward(
  wanted: readonly Wanted[],
  board: BoardState,
  isSaved: (path: BoardPath, hash: ContentHash) => boolean,
  conflicts: ConflictChoice,
  { leftOut, conflicts: chosen }: Decisions = NO_DECISIONS,
): RestorePlan {
  const taken = new Set([...board.present.keys(), ...wanted.map(({ path }) => path)].map(inAnyCase));
  const isLeftOut = (path: BoardPath) => [...leftOut].some((out) => isInside(path, out));
  const settledItems = wanted
    .map((one) => (isLeftOut(one.path) ? { skip: 'left-out' as const, ...one } : one))
    .map((one) => itemOf(one, board, isSaved))
    .map((item) => settled(item, chosen.get(item.path) ?? conflicts, taken))
    .sort((one, other) => comparePaths(one.path, other.path));
  const items = withoutEmptiedFolders(withKeptFolders(settledItems));
  const { mode, space, steps } = stepsOf(items, board);
  return {
    items,
    mode,
    space,
    steps,
    problems: [...notWritable(steps, board), ...blocks(items), ...lackOfSpace(space)],
  };
}

/**
 * Equal if two plans do exactly the same. Free space changes by itself, and changes nothing of what is done as long as it is enough.
 */
export function fingerprint({ items, mode }: RestorePlan): string {
  return JSON.stringify([mode, items]);
}

function itemOf(
  { path, target, skip }: Wanted,
  board: BoardState,
  isSaved: (path: BoardPath, hash: ContentHash) => boolean,
): RestoreItem {
  const present = board.present.get(path) ?? null;
  const type = (target === null ? present : target) === 'folder' ? 'folder' : 'file';
  const item = { path, type, wanted: target, present } as const;
  const is = (action: RestoreAction, more: Partial<RestoreItem> = {}): RestoreItem => ({ ...item, action, ...more });
  const isSame =
    target === present || (isContent(target) && isFilePresent(present) && present.sha256 === target.sha256);
  if (isSame && !(present && board.twins?.has(path))) return is('same');
  if (skip) return is('skip', { skip });
  if (target === null && (present === 'folder' || !isFilePresent(present))) return is('delete');
  if (!board.can.mkdir && (target === 'folder' || parentOf(path) !== ROOT))
    return is('blocked', { reason: t('The board has no folders, so {0} cannot go there.', displayPath(path)) });
  if (target === 'folder' && present)
    return is('blocked', { reason: t('{0} is a file on the board, and a folder in the backup.', displayPath(path)) });
  if (isContent(target) && present === 'folder')
    return is('blocked', { reason: t('{0} is a folder on the board, and a file in the backup.', displayPath(path)) });
  if (!isFilePresent(present)) return is('new');
  if (present.sha256 === null || !isSaved(path, present.sha256)) return is('conflict');
  return is(target === null ? 'delete' : 'replace');
}

function isContent(target: Wanted['target']): target is WantedContent {
  return target !== null && target !== 'folder';
}

function isFilePresent(present: OnBoard | null): present is Exclude<OnBoard, 'folder'> {
  return present !== null && present !== 'folder';
}

function settled(item: RestoreItem, choice: ConflictChoice, taken: Set<string>): RestoreItem {
  if (item.action !== 'conflict') return item;
  // If nothing is wanted, there is nothing to put beside it.
  const settled = choice === 'both' && item.wanted === null ? 'board' : choice;
  if (settled !== 'both') return { ...item, settled };
  const beside = besideName(item.path, taken);
  taken.add(inAnyCase(beside));
  return { ...item, settled, beside };
}

/** A folder goes only with all that is in it: it stays if somebody keeps something of it. */
function withKeptFolders(items: readonly RestoreItem[]): RestoreItem[] {
  const kept = items.filter((item) => item.present !== null && !isDeleted(item));
  const staying = foldersAround(kept.map(({ path }) => path));
  return items.map((item) =>
    item.type === 'folder' && item.action === 'delete' && staying.has(item.path)
      ? { ...item, action: 'skip', skip: 'left-out' }
      : item,
  );
}

/** A folder that would be made for what nobody wants any more is not made. One that is empty in the backup is. */
function withoutEmptiedFolders(items: readonly RestoreItem[]): RestoreItem[] {
  const holding = foldersAround(items.map(({ path }) => path));
  const ends = items.filter(({ path }) => !holding.has(path));
  const needed = foldersAround(ends.filter(({ skip }) => !skip).map(({ path }) => path));
  return items.map((item) => {
    if (item.type !== 'folder' || item.action !== 'new' || !holding.has(item.path) || needed.has(item.path))
      return item;
    const skip = ends.find(({ path }) => isInside(path, item.path))?.skip;
    return skip ? { ...item, action: 'skip', skip } : item;
  });
}

function blocks(items: readonly RestoreItem[]): PlanProblem[] {
  const blocked = items.filter(({ action }) => action === 'blocked');
  // A folder that holds one of the files is named with it.
  const lowest = blocked.filter(
    ({ path }) => !blocked.some((other) => other.path !== path && isInside(other.path, path)),
  );
  return lowest.map(({ path, present, reason = '' }) =>
    present
      ? {
          code: 'path-taken',
          message: reason,
          path,
          hint: t(
            present === 'folder'
              ? 'Rename the folder on the board, or restore without this path.'
              : 'Rename the file on the board, or restore without this path.',
          ),
        }
      : {
          code: 'board-unsupported',
          message: reason,
          path,
          hint: t('Restore files of the top folder by their names.'),
        },
  );
}

function notWritable(steps: readonly RestoreStep[], { mounts }: BoardState): PlanProblem[] {
  const step = steps.find(({ path }) => mountOf(path, mounts).isReadOnly);
  if (!step) return [];
  return [
    {
      code: 'board-read-only',
      message: t('The board may not write to its files now.'),
      path: `/${step.path}`,
      hint: t(
        'A computer has its drive: eject the drive, or let boot.py call storage.remount("/", False), and try again.',
      ),
    },
  ];
}

function lackOfSpace(space: readonly MountSpace[]): PlanProblem[] {
  return space
    .filter(({ lacking }) => lacking > 0)
    .map(({ mount, lacking }) => ({
      code: 'board-full',
      message:
        mount === ROOT
          ? t('The flash of the board has no room for all files: {0} more is needed.', bytes(lacking))
          : t(
              'The flash of the board has no room for all files: {0} more is needed on {1}.',
              bytes(lacking),
              `/${displayPath(mount)}`,
            ),
      path: `/${mount}`,
      hint: t('Restore fewer files, or delete files on the board that you do not need.'),
    }));
}
