// A restore decides first and acts later. This file decides: it touches no board and no disk.

import type { ManifestEntry, ManifestFile } from '../archive/manifest.js';
import { type BoardPath, isInside, nameOf, parentOf, ROOT } from '../paths.js';
import type { ContentHash } from '../tree.js';

/** What a restore will do to one path. */
export type RestoreStep =
  | { kind: 'folder'; path: BoardPath }
  | { kind: 'write'; path: BoardPath; file: ManifestFile; replaces: boolean }
  | { kind: 'same'; path: BoardPath }
  /** A folder is where a file belongs, or a file where a folder belongs: nothing of such a plan is executed. */
  | { kind: 'blocked'; path: BoardPath; onBoard: 'file' | 'folder' }
  /** The board has no folders, and this is one or lies in one: nothing of such a plan is executed. */
  | { kind: 'needs-folders'; path: BoardPath };

/** What a board has under a path: a folder, or a file with the hash of its content; null where that is not known. */
export type OnBoard = 'folder' | ContentHash | null;

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

/**
 * @param selected what shall be on the board afterwards
 * @param onBoard what is there now; a file without a hash counts as different
 * @param hasFolders whether the board can have folders at all
 * @returns steps in the order of execution: folders before what they hold, files of one kind together, `boot.py` and `main.py`
 *   last, so that a board interrupted in the middle does not start a program whose modules are not there yet
 */
export function planRestore(
  selected: readonly ManifestEntry[],
  onBoard: ReadonlyMap<BoardPath, OnBoard>,
  hasFolders = true,
): RestoreStep[] {
  const folders = new Set<BoardPath>();
  for (const { type, path } of selected) {
    for (let at = type === 'folder' ? path : parentOf(path); at !== ROOT; at = parentOf(at)) folders.add(at);
  }
  const files = selected.filter((entry) => entry.type === 'file');
  const early = files.filter((file) => !isStartFile(file.path)).sort(byKind);
  const late = files.filter((file) => isStartFile(file.path));
  return [
    ...[...folders].sort().map((path): RestoreStep => {
      if (!hasFolders) return { kind: 'needs-folders', path };
      const there = onBoard.get(path);
      if (there === undefined || there === 'folder') return { kind: 'folder', path };
      return { kind: 'blocked', path, onBoard: 'file' };
    }),
    ...[...early, ...late].map((file): RestoreStep => {
      if (!hasFolders && parentOf(file.path) !== ROOT) return { kind: 'needs-folders', path: file.path };
      const there = onBoard.get(file.path);
      if (there === 'folder') return { kind: 'blocked', path: file.path, onBoard: 'folder' };
      if (there === file.sha256) return { kind: 'same', path: file.path };
      return { kind: 'write', path: file.path, file, replaces: there !== undefined };
    }),
  ];
}

/** Files of one kind one after the other: they are compressed as one stream, in which each learns from those before it. */
function byKind(one: ManifestFile, other: ManifestFile): number {
  const [a = '', b = ''] = [one, other].map(({ path }) => /\.[^.]*$/.exec(nameOf(path))?.[0]);
  if (a === b) return one.path < other.path ? -1 : 1;
  return a < b ? -1 : 1;
}

function isStartFile(path: BoardPath): boolean {
  return nameOf(path) === 'boot.py' || nameOf(path) === 'main.py';
}
