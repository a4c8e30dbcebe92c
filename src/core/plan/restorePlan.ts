// A restore decides first and acts later. This file decides what becomes of each path: it touches no board and no disk. The
// same plan is shown to the user, compared with the board again, and carried out (P28).

import type { ManifestEntry, ManifestError, ManifestFile } from '../archive/manifest.js';
import type { ErrorCode } from '../errors.js';
import { type BoardPath, comparePaths, displayPath, isInside, parentOf, parseBoardPath, ROOT } from '../paths.js';
import { bytes, count } from '../text.js';
import type { ContentHash, UnreadableEntry } from '../tree.js';
import { besideName } from './besideName.js';
import { type BoardMount, cannotBeNamed, mountOf, spelledAsOnBoard } from './boardMounts.js';
import { type MountSpace, type RestoreMode, type RestoreStep, stepsOf } from './restoreSteps.js';
import { type Scope, scopeTest } from './scope.js';

/** What a file holds. */
export interface Content {
  /** Bytes. */
  size: number;
  sha256: ContentHash;
}

/** The same, with the path that it has in the backup. */
export type WantedContent = Content & { from: BoardPath };

/** What a board has under a path: a folder, or a file; its hash is null where it cannot be known. */
export type OnBoard = 'folder' | { size: number; sha256: ContentHash | null };

/** A board as it was looked at. */
export interface BoardState {
  present: ReadonlyMap<BoardPath, OnBoard>;
  /** Where it could not look: there may be something, or nothing. */
  unreadable: readonly UnreadableEntry[];
  mounts: readonly BoardMount[];
  can: { rename: boolean; mkdir: boolean };
}

/** Whose file is kept where both sides have changed one; `both`: that of the backup goes beside it, under another name. */
export const CONFLICT_CHOICES = ['backup', 'board', 'both'] as const;
export type ConflictChoice = (typeof CONFLICT_CHOICES)[number];

/** What is to become of a path. */
export interface Wanted {
  /** On the board. */
  path: BoardPath;
  /** What shall be there: a folder, content with the path that it has in the backup, or nothing. */
  target: 'folder' | WantedContent | null;
  /** Why it is left alone, whatever is there. */
  skip?: SkipReason;
}

export type SkipReason =
  /** The user unticked it. */
  | 'left-out'
  /** A file such as one with passwords, which another board has of its own. */
  | 'device-specific'
  /** It lies on a file system that nobody can write to. */
  | 'read-only'
  /** The file system there takes no such name. */
  | 'bad-name';

/**
 * - `new`: nothing is there. `replace`: a file of which the store has the content, or will have it before anything is written
 * - `conflict`: a file that is in no backup as it is now, or is not what it should be; `settled` says what becomes of it
 * - `delete`: there, and not wanted. `same`: just so already, and not written (P27)
 * - `blocked`: cannot be done, for the reason given; nothing of a plan with such an item is carried out
 */
export type RestoreAction = 'new' | 'replace' | 'conflict' | 'delete' | 'same' | 'skip' | 'blocked';

export interface RestoreItem {
  /** On the board. */
  path: BoardPath;
  type: 'file' | 'folder';
  action: RestoreAction;
  /** What shall be there; null where nothing shall. */
  wanted: 'folder' | WantedContent | null;
  /** What was there when the board was looked at; null where nothing was. */
  present: OnBoard | null;
  settled?: ConflictChoice;
  /** Of a conflict where both are kept: the name that the file of the backup gets. */
  beside?: BoardPath;
  skip?: SkipReason;
  /** Of what is blocked: a sentence. */
  reason?: string;
}

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
  /** Where there is one, nothing is carried out. */
  problems: PlanProblem[];
}

/** What the user has decided about single paths of the board. */
export interface Decisions {
  leftOut: ReadonlySet<BoardPath>;
  conflicts: ReadonlyMap<BoardPath, ConflictChoice>;
}

export const NO_DECISIONS: Decisions = { leftOut: new Set(), conflicts: new Map() };

/** How paths of a backup become paths of a board: what lies in `from` goes into `to`. */
export interface Mapping {
  from: BoardPath;
  to: BoardPath;
}

export interface RestoreRequest {
  /** Of the backup: what it has, what it could not read, and where it looked. */
  entries: readonly ManifestEntry[];
  errors: ReadonlyArray<Pick<ManifestError, 'path'>>;
  scope: Scope;
  /** Paths of the file systems that the board had then; none where that is not known. */
  mounts: readonly BoardPath[];
  /** Files and folders of the backup, the root for everything, and of these only what the patterns take. */
  selection: { paths: readonly BoardPath[]; include: readonly string[]; exclude: readonly string[] };
  mapping: Mapping | null;
  /** Patterns of files that are left out. */
  deviceFiles: readonly string[];
  /** What becomes of conflicts that nobody has decided on. */
  conflicts: ConflictChoice;
  /** Deletes what the backup does not have, but no more files than this; null deletes nothing. */
  mirror: { most: number } | null;
}

/**
 * Picks what a restore of `selection` concerns.
 *
 * @param selection files and folders (a folder means all below it); the root means everything
 * @returns the entries, and the selected paths that the backup does not have
 */
export function selectEntries(
  entries: readonly ManifestEntry[],
  selection: readonly BoardPath[],
): { selected: ManifestEntry[]; missing: BoardPath[] } {
  const selected = entries.filter((entry) => selection.some((path) => isInside(entry.path, path)));
  const missing = selection.filter((path) => path !== ROOT && !selected.some((entry) => isInside(entry.path, path)));
  return { selected, missing };
}

/** The same, and of it what the patterns take; folders count where something in them does, or everything. */
export function selectedBy(entries: readonly ManifestEntry[], selection: RestoreRequest['selection']): ManifestEntry[] {
  const { selected } = selectEntries(entries, selection.paths);
  const covers = scopeTest({ root: ROOT, include: selection.include, exclude: selection.exclude });
  return selected.filter((entry) => covers(entry.path));
}

/** @param isSaved whether the store has this content, so that replacing it loses nothing */
export function planRestore(
  request: RestoreRequest,
  board: BoardState,
  isSaved: (hash: ContentHash) => boolean,
  decisions: Decisions = NO_DECISIONS,
): RestorePlan {
  const wanted = [...wantedOf(request, board), ...extrasOf(request, board)];
  const plan = planToward(wanted, board, (_, hash) => isSaved(hash), request.conflicts, decisions);
  return { ...plan, problems: [...plan.problems, ...beyondMirror(plan, request)] };
}

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
  const taken = new Set([...board.present.keys(), ...wanted.map(({ path }) => path)]);
  const isLeftOut = (path: BoardPath) => [...leftOut].some((out) => isInside(path, out));
  const items = wanted
    .map((one) => (isLeftOut(one.path) ? { skip: 'left-out' as const, ...one } : one))
    .map((one) => itemOf(one, board, isSaved))
    .map((item) => settled(item, chosen.get(item.path) ?? conflicts, taken))
    .sort((one, other) => comparePaths(one.path, other.path));
  const { mode, space, steps } = stepsOf(items, board);
  return { items, mode, space, steps, problems: [...blocks(items), ...lackOfSpace(space)] };
}

/**
 * Equal where two plans do the very same. Free space changes by itself, and changes nothing of what is done as long as it is enough.
 */
export function fingerprint({ items, mode }: RestorePlan): string {
  return JSON.stringify([mode, items]);
}

/** Every path that the selection brings, with the folders that hold them. */
function wantedOf(request: RestoreRequest, board: BoardState): Wanted[] {
  const selected = selectedBy(request.entries, request.selection);
  const isOfDevice = scopeTest({ root: ROOT, include: request.deviceFiles, exclude: [] });
  const wanted = new Map<BoardPath, Wanted>();
  const addFolders = (path: BoardPath) => {
    for (let at = path; at !== ROOT && !wanted.has(at); at = parentOf(at))
      wanted.set(at, { path: at, target: 'folder' });
  };
  for (const entry of selected) {
    const path = spelledAsOnBoard(mapped(entry.path, request.mapping), board);
    if (path === ROOT) continue;
    const skip = whySkipped(entry, path);
    if (entry.type === 'folder') {
      if (!skip) addFolders(path);
      continue;
    }
    if (!skip) addFolders(parentOf(path));
    wanted.set(path, { path, target: contentOf(entry), ...(skip && { skip }) });
  }
  return [...wanted.values()];

  function whySkipped(entry: ManifestEntry, path: BoardPath): SkipReason | undefined {
    if (request.deviceFiles.length > 0 && isOfDevice(entry.path)) return 'device-specific';
    const mount = mountOf(path, board.mounts);
    if (mount.kind === 'rom') return 'read-only';
    return cannotBeNamed(path, mount, [...wanted.keys()]) ? 'bad-name' : undefined;
  }
}

function contentOf({ path, size, sha256 }: ManifestFile): WantedContent {
  return { from: path, size, sha256 };
}

/** @returns the path on the board of a path of the backup */
export function mapped(path: BoardPath, mapping: Mapping | null): BoardPath {
  return mapping ? moved(path, mapping.from, mapping.to) : path;
}

/** What lies outside of `from` stays where it is. */
function moved(path: BoardPath, from: BoardPath, to: BoardPath): BoardPath {
  if (!isInside(path, from)) return path;
  const rest = from === ROOT ? path : path.slice(from.length + 1);
  return parseBoardPath([to, rest].filter((part) => part !== '').join('/'));
}

/**
 * What a mirror deletes: what is on the board, where the backup looked and has nothing. Never what it could not read (P31), what
 * lies in a file system that it did not know, nor what the selection does not mean (P30).
 */
function extrasOf(request: RestoreRequest, board: BoardState): Wanted[] {
  const { mirror, mapping, selection, scope, errors, mounts } = request;
  if (!mirror) return [];
  const covers = scopeTest(scope);
  const isMeant = scopeTest({ root: ROOT, include: selection.include, exclude: selection.exclude });
  const isOfDevice = scopeTest({ root: ROOT, include: request.deviceFiles, exclude: [] });
  const kept = new Set<BoardPath>();
  for (const { path } of request.entries) {
    for (let at = spelledAsOnBoard(mapped(path, mapping), board); at !== ROOT; at = parentOf(at)) kept.add(at);
  }
  const isMount = (path: BoardPath) => board.mounts.some((mount) => mount.path === path);
  const extras = [...board.present.keys()].filter((path) => {
    const source = mapping ? (isInside(path, mapping.to) ? moved(path, mapping.to, mapping.from) : undefined) : path;
    if (source === undefined || kept.has(path) || isMount(path)) return false;
    const mount = mountOf(path, board.mounts);
    if (mount.kind === 'rom' || (mounts.length > 0 && mount.path !== ROOT && !mounts.includes(mount.path)))
      return false;
    if (request.deviceFiles.length > 0 && isOfDevice(source)) return false;
    const isUnknown = [...errors, ...board.unreadable].some(
      (error) => isInside(source, error.path) || isInside(path, error.path),
    );
    return (
      !isUnknown && covers(source) && isMeant(source) && selection.paths.some((chosen) => isInside(source, chosen))
    );
  });
  // A folder goes only with all that is in it.
  const going = new Set(extras);
  const stays = (path: BoardPath) =>
    [
      ...board.present.keys(),
      ...board.unreadable.map((error) => error.path),
      ...board.mounts.map((mount) => mount.path),
    ].some((other) => other !== path && isInside(other, path) && !going.has(other));
  const deleted = extras.filter((path) => board.present.get(path) !== 'folder' || !stays(path));
  return deleted.map((path) => ({ path, target: null }));
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
  if (isSame) return is('same');
  if (skip) return is('skip', { skip });
  if (target === null && (present === 'folder' || !isFilePresent(present))) return is('delete');
  if (!board.can.mkdir && (target === 'folder' || parentOf(path) !== ROOT))
    return is('blocked', { reason: `The board has no folders, so ${displayPath(path)} cannot go there.` });
  if (target === 'folder' && present) return is('blocked', { reason: taken(path, 'file', 'folder') });
  if (isContent(target) && present === 'folder') return is('blocked', { reason: taken(path, 'folder', 'file') });
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

function settled(item: RestoreItem, choice: ConflictChoice, taken: Set<BoardPath>): RestoreItem {
  if (item.action !== 'conflict') return item;
  // Where nothing is wanted, there is nothing to put beside it.
  const settled = choice === 'both' && item.wanted === null ? 'board' : choice;
  if (settled !== 'both') return { ...item, settled };
  const beside = besideName(item.path, taken);
  taken.add(beside);
  return { ...item, settled, beside };
}

function taken(path: BoardPath, there: string, here: string): string {
  return `${displayPath(path)} is a ${there} on the board, and a ${here} in the backup.`;
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
          ...{ code: 'path-taken', message: reason, path },
          hint: `Rename the ${present === 'folder' ? 'folder' : 'file'} on the board, or restore without this path.`,
        }
      : { code: 'board-unsupported', message: reason, path, hint: 'Restore files of the top folder by their names.' },
  );
}

function lackOfSpace(space: readonly MountSpace[]): PlanProblem[] {
  return space
    .filter(({ lacking }) => lacking > 0)
    .map(({ mount, lacking }) => ({
      code: 'board-full',
      message: `The flash of the board has no room for all files: ${bytes(lacking)} are lacking${mount === ROOT ? '' : ` on /${displayPath(mount)}`}.`,
      path: `/${mount}`,
      hint: 'Restore fewer files, or delete files on the board that you do not need.',
    }));
}

function beyondMirror({ items }: Pick<RestorePlan, 'items'>, { mirror }: RestoreRequest): PlanProblem[] {
  const files = items.filter((item) => item.type === 'file' && item.wanted === null && isDeleted(item)).length;
  if (!mirror || files <= mirror.most) return [];
  return [
    {
      code: 'bad-argument',
      message: `${count(files, 'file')} on the board would be deleted, and ${mirror.most} are allowed.`,
      hint: 'Look at the list of them. Allow more, or leave some out.',
    },
  ];
}

/** Whether the path is gone once the plan is carried out. */
export function isDeleted({ action, wanted, settled }: RestoreItem): boolean {
  return action === 'delete' || (action === 'conflict' && wanted === null && settled === 'backup');
}
