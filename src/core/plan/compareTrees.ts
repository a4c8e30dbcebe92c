// What differs between two trees: of two backups, of a backup and a board, or of two boards. Decides only. What could not be
// read, or was not looked at, is never taken for added or removed (P31).

import { t } from '../l10n.js';
import { type BoardPath, foldersAround, isInside, ROOT } from '../paths.js';
import type { ContentHash, FolderEntry, UnreadableEntry } from '../tree.js';
import { type Scope, scopeTest } from './scope.js';

export interface ComparedFile {
  type: 'file';
  path: BoardPath;
  /** Bytes. */
  size: number;
  /** Null if the content is not known. */
  sha256: ContentHash | null;
}

export type ComparedEntry = FolderEntry | ComparedFile;

/** A tree, as far as it is known. The manifest of a backup is one. */
export interface ComparedTree {
  entries: readonly ComparedEntry[];
  /** What could not be read: of it, and of all that is in it, no more is known than `entries` say. */
  errors: readonly UnreadableEntry[];
  /** What was looked at. */
  scope: Scope;
}

/** `movedFrom`: where the other side has this content, which no other file of either side has. */
export type AddedEntry = FolderEntry | (ComparedFile & { movedFrom?: BoardPath });

export interface ChangedFile {
  path: BoardPath;
  before: ComparedFile;
  after: ComparedFile;
}

/** A path of which one side does not know what it has there, and of which side that is so. A folder stands for all in it. */
export interface UnknownPath extends UnreadableEntry {
  side: 'before' | 'after';
}

/**
 * Sorted by path. A folder is listed only if nothing in it is, which says the same; one that became a file is removed, and
 * the file is added, and the other way round.
 */
export interface TreeDifference {
  added: AddedEntry[];
  removed: ComparedEntry[];
  changed: ChangedFile[];
  same: ComparedFile[];
  unknown: UnknownPath[];
  /** Files of one side in a place that the other did not look at: not compared. */
  outside: BoardPath[];
  bytes: { added: number; removed: number; changed: { before: number; after: number }; same: number };
}

/** @param paths compares only these files and folders; the root means everything */
export function compareTrees(
  before: ComparedTree,
  after: ComparedTree,
  paths: readonly BoardPath[] = [ROOT],
): TreeDifference {
  const [was, is] = [lookUp(before), lookUp(after)];
  const added: AddedEntry[] = [];
  const removed: ComparedEntry[] = [];
  const changed: ChangedFile[] = [];
  const same: ComparedFile[] = [];
  const outside: BoardPath[] = [];
  const unknown = new Map<BoardPath, UnknownPath>();
  const note = (side: UnknownPath['side'], { path, message }: UnreadableEntry) => {
    if (!unknown.has(path)) unknown.set(path, { path, message, side });
  };

  const all = new Set([...was.entries.keys(), ...is.entries.keys()]);
  for (const path of [...all].filter((path) => paths.some((chosen) => isInside(path, chosen)))) {
    const [old, now] = [was.entries.get(path), is.entries.get(path)];
    if (old?.type === 'file' && now?.type === 'file') {
      const isKnown = old.sha256 !== null && now.sha256 !== null;
      if (old.size !== now.size || (isKnown && old.sha256 !== now.sha256))
        changed.push({ path, before: old, after: now });
      else if (isKnown) same.push(now);
      else if (old.sha256 === null) note('before', was.whyUnknown(path));
      else note('after', is.whyUnknown(path));
    } else if (old && now) {
      if (old.type === now.type) continue;
      removed.push(old);
      added.push(now);
    } else {
      const [found, lacking, side] = old ? ([old, is, 'after'] as const) : ([now, was, 'before'] as const);
      const error = lacking.errorAt(path);
      if (!lacking.covers(path)) {
        if (found?.type === 'file') outside.push(path);
      } else if (error) note(side, error);
      else if (old) removed.push(old);
      else if (now) added.push(now);
    }
  }

  // What only an error tells of: a path that neither side could read, or that one could not and the other does not have.
  const files = [...added, ...removed].filter(({ type }) => type === 'file');
  const decided = new Set([...files, ...changed, ...same].map(({ path }) => path));
  const concerns = ({ path }: UnreadableEntry) =>
    !decided.has(path) &&
    (path === ROOT || (was.covers(path) && is.covers(path))) &&
    paths.some((chosen) => isInside(path, chosen) || isInside(chosen, path));
  for (const error of before.errors.filter(concerns)) note('before', error);
  for (const error of after.errors.filter(concerns)) note('after', error);

  const withUnknown = [...unknown.values()];
  return {
    added: withoutImplied(added, withUnknown)
      .map(movedBetween(was, is, removed))
      .sort(byPath),
    removed: withoutImplied(removed, withUnknown).sort(byPath),
    changed: changed.sort(byPath),
    same: same.sort(byPath),
    unknown: withUnknown.sort(byPath),
    outside: outside.sort(),
    bytes: {
      added: sizeOf(added),
      removed: sizeOf(removed),
      changed: { before: sizeOf(changed.map((file) => file.before)), after: sizeOf(changed.map((file) => file.after)) },
      same: sizeOf(same),
    },
  };
}

interface Side {
  /** With the folders that hold an entry: if a scope takes only some files, their folders are not listed. */
  entries: ReadonlyMap<BoardPath, ComparedEntry>;
  covers(path: BoardPath): boolean;
  errorAt(path: BoardPath): UnreadableEntry | undefined;
  whyUnknown(path: BoardPath): UnreadableEntry;
}

function lookUp({ entries, errors, scope }: ComparedTree): Side {
  const found = new Map<BoardPath, ComparedEntry>(entries.map((entry) => [entry.path, entry]));
  for (const path of foldersAround([...entries, ...errors].map(({ path }) => path))) {
    if (!found.has(path)) found.set(path, { type: 'folder', path });
  }
  const errorAt = (path: BoardPath) => errors.find((error) => isInside(path, error.path));
  return {
    entries: found,
    covers: scopeTest(scope),
    errorAt,
    whyUnknown: (path) => ({ path, message: errorAt(path)?.message ?? t('its content is not known') }),
  };
}

function withoutImplied<Entry extends ComparedEntry>(entries: readonly Entry[], unknown: UnknownPath[]): Entry[] {
  const implied = foldersAround([...entries, ...unknown].map(({ path }) => path));
  for (const { path } of unknown) implied.add(path);
  return entries.filter(({ type, path }) => type === 'file' || !implied.has(path));
}

function movedBetween(was: Side, is: Side, removed: readonly ComparedEntry[]): (entry: AddedEntry) => AddedEntry {
  const [from, to] = [uniqueContent(was), uniqueContent(is)];
  const gone = new Set(removed.map(({ path }) => path));
  return (entry) => {
    if (entry.type === 'folder' || entry.sha256 === null) return entry;
    const movedFrom = from.get(entry.sha256);
    if (!movedFrom || !gone.has(movedFrom) || to.get(entry.sha256) !== entry.path) return entry;
    return { ...entry, movedFrom };
  };
}

/** The path of each content that one file alone has; null if several do. */
function uniqueContent({ entries }: Side): Map<ContentHash, BoardPath | null> {
  const paths = new Map<ContentHash, BoardPath | null>();
  for (const entry of entries.values()) {
    // Empty files are all the same, and have nothing that could be moved.
    if (entry.type === 'folder' || entry.sha256 === null || entry.size === 0) continue;
    paths.set(entry.sha256, paths.has(entry.sha256) ? null : entry.path);
  }
  return paths;
}

function sizeOf(entries: readonly ComparedEntry[]): number {
  return entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0);
}

function byPath(one: { path: BoardPath }, other: { path: BoardPath }): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}
