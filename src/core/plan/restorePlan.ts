// What a restore of a backup does to each path of a board. This file decides: it touches no board and no disk.

import type { ManifestEntry, ManifestError, ManifestFile } from '../archive/manifest.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, foldersAround, isInside, parentOf, parseBoardPath, ROOT } from '../paths.js';
import { count } from '../text.js';
import type { ContentHash } from '../tree.js';
import { mountOf, namesForMounts, spellingOn } from './boardMounts.js';
import { type Decisions, NO_DECISIONS, type PlanProblem, planToward, type RestorePlan } from './planToward.js';
import {
  type BoardState,
  type ConflictChoice,
  isDeleted,
  type SkipReason,
  type Wanted,
  type WantedContent,
} from './restoreItem.js';
import { type Scope, scopeTest } from './scope.js';

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
  /** Paths of the file systems that the board had then; none if that is not known. */
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

/** The same, and of it what the patterns take; folders count if something in them does, or everything. */
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
  const spelled = spellingOn(board);
  const place = (path: BoardPath) => spelled(mapped(path, request.mapping));
  const wanted = [...wantedOf(request, board, place), ...extrasOf(request, board, place)];
  const plan = planToward(wanted, board, (_, hash) => isSaved(hash), request.conflicts, decisions);
  return { ...plan, problems: [...plan.problems, ...meetings(request, place), ...beyondMirror(plan, request)] };
}

/** Where a path of the backup goes on the board. */
type Place = (path: BoardPath) => BoardPath;

/** Every path that the selection brings, with the folders that hold them. */
function wantedOf(request: RestoreRequest, { mounts }: BoardState, place: Place): Wanted[] {
  const selected = selectedBy(request.entries, request.selection);
  const isOfDevice = scopeTest({ root: ROOT, include: request.deviceFiles, exclude: [] });
  const cannotBeNamed = namesForMounts(mounts);
  const wanted = new Map<BoardPath, Wanted>();
  const addFolders = (path: BoardPath) => {
    for (let at = path; at !== ROOT && !wanted.has(at); at = parentOf(at))
      wanted.set(at, { path: at, target: 'folder' });
  };
  const first = new Map<BoardPath, BoardPath>();
  for (const { type, path } of selected) {
    // The one that is spelled as on the board, if there is one.
    if (type === 'file' && (spelled(path) || !first.has(place(path)))) first.set(place(path), path);
  }
  for (const entry of selected) {
    // Of files that the board takes for one, the others keep their own name, under which they are told of.
    const isOther = entry.type === 'file' && !spelled(entry.path) && first.get(place(entry.path)) !== entry.path;
    const path = isOther ? mapped(entry.path, request.mapping) : place(entry.path);
    if (path === ROOT) continue;
    const skip = isOther ? 'bad-name' : whySkipped(entry, path);
    if (entry.type === 'folder') {
      if (!skip) addFolders(path);
      continue;
    }
    if (!skip) addFolders(parentOf(path));
    wanted.set(path, { path, target: contentOf(entry), ...(skip && { skip }) });
  }
  return [...wanted.values()];

  function spelled(path: BoardPath): boolean {
    return place(path) === mapped(path, request.mapping);
  }

  function whySkipped(entry: ManifestEntry, path: BoardPath): SkipReason | undefined {
    if (request.deviceFiles.length > 0 && isOfDevice(entry.path)) return 'device-specific';
    if (mountOf(path, mounts).kind === 'rom') return 'read-only';
    return cannotBeNamed(path) ? 'bad-name' : undefined;
  }
}

function contentOf({ path, size, sha256 }: ManifestFile): WantedContent {
  return { from: path, size, sha256 };
}

/** What a mapping puts in the place of a file of the backup: that one would be lost without a word, or stand where a folder has to be. */
function meetings(request: RestoreRequest, place: Place): PlanProblem[] {
  if (!request.mapping) return [];
  const entries = selectedBy(request.entries, request.selection).map(({ type, path }) => ({
    type,
    path,
    to: place(path),
  }));
  const sources = new Map<BoardPath, BoardPath>();
  for (const { path, to } of entries) for (const folder of foldersAround([to])) sources.set(folder, path);
  for (const { type, path, to } of entries) if (type === 'folder') sources.set(to, path);
  return entries.flatMap(({ type, path, to }): PlanProblem[] => {
    if (type === 'folder') return [];
    const other = sources.get(to);
    sources.set(to, path);
    if (other === undefined) return [];
    return [
      {
        code: 'path-taken',
        message: t(
          '{0} and {1} of the backup would both be {2} on the board.',
          displayPath(other),
          displayPath(path),
          displayPath(to),
        ),
        path: to,
        hint: t('Restore one of them by its name, or into another folder.'),
      },
    ];
  });
}

/** @returns the path on the board of a path of the backup */
function mapped(path: BoardPath, mapping: Mapping | null): BoardPath {
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
function extrasOf(request: RestoreRequest, board: BoardState, place: Place): Wanted[] {
  const { mirror, mapping, selection, scope, errors, mounts } = request;
  if (!mirror) return [];
  const covers = scopeTest(scope);
  const isMeant = scopeTest({ root: ROOT, include: selection.include, exclude: selection.exclude });
  const isOfDevice = scopeTest({ root: ROOT, include: request.deviceFiles, exclude: [] });
  const kept = new Set<BoardPath>();
  for (const { path } of request.entries) {
    for (let at = place(path); at !== ROOT; at = parentOf(at)) kept.add(at);
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
  const others = [
    ...board.present.keys(),
    ...board.unreadable.map((error) => error.path),
    ...board.mounts.map((mount) => mount.path),
  ].filter((path) => !going.has(path));
  const staying = foldersAround(others);
  const deleted = extras.filter((path) => board.present.get(path) !== 'folder' || !staying.has(path));
  return deleted.map((path) => ({ path, target: null }));
}

function beyondMirror({ items }: Pick<RestorePlan, 'items'>, { mirror }: RestoreRequest): PlanProblem[] {
  const files = items.filter((item) => item.type === 'file' && item.wanted === null && isDeleted(item)).length;
  if (!mirror || files <= mirror.most) return [];
  return [
    {
      code: 'bad-argument',
      message: t('{0} on the board would be deleted, and the limit is {1}.', count(files, 'file'), mirror.most),
      hint: t('Check the list of them, then raise the limit or leave some out.'),
    },
  ];
}
