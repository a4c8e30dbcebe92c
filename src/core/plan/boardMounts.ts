// The file systems of a board as a restore has to know them: FAT takes `Main.py` and `main.py` for one file and some names not
// at all, and nobody writes to a ROM.

import { type BoardPath, childOf, isInside, nameOf, parentOf, ROOT } from '../paths.js';
import type { BoardMount, BoardState } from './restoreItem.js';

const WHOLE: BoardMount = { path: ROOT, kind: 'other', free: null };

/** @returns the innermost file system that holds `path` */
export function mountOf(path: BoardPath, mounts: readonly BoardMount[]): BoardMount {
  return mounts
    .filter((mount) => isInside(path, mount.path))
    .reduce((best, mount) => (mount.path.length >= best.path.length ? mount : best), WHOLE);
}

/** As VfsFat takes it; what a FAT volume cannot hold has one of these. */
const NOT_ON_FAT = /["*:<>?|\\\u0001-\u001f\u007f]|[. ]$/;

/**
 * @param others paths that go there as well
 * @returns whether the file system cannot have this name, or takes it for that of another one
 */
export function cannotBeNamed(path: BoardPath, mount: BoardMount, others: readonly BoardPath[]): boolean {
  if (mount.kind !== 'fat') return false;
  const isTwin = (other: BoardPath) => other !== path && folded(other) === folded(path);
  return path.split('/').some((name) => NOT_ON_FAT.test(name)) || others.some(isTwin);
}

/** Where a file system takes several spellings for one name, the one that the board has is meant; of folders on the way, too. */
export function spelledAsOnBoard(
  path: BoardPath,
  { present, mounts }: Pick<BoardState, 'present' | 'mounts'>,
): BoardPath {
  if (path === ROOT || present.has(path) || mountOf(path, mounts).kind !== 'fat') return path;
  const wanted = folded(path);
  for (const there of present.keys()) if (folded(there) === wanted) return there;
  return childOf(spelledAsOnBoard(parentOf(path), { present, mounts }), nameOf(path));
}

/** FAT folds the letters of its code page; those of ASCII are the ones that meet. */
function folded(path: BoardPath): string {
  return path.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
