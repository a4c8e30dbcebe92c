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

/** @returns whether a file system can have no such name; each further path that FAT takes for an earlier one counts as such */
export function namesForMounts(mounts: readonly BoardMount[]): (path: BoardPath) => boolean {
  const taken = new Map<string, BoardPath>();
  return (path) => {
    if (mountOf(path, mounts).kind !== 'fat') return false;
    if (path.split('/').some((name) => NOT_ON_FAT.test(name))) return true;
    const first = taken.get(folded(path)) ?? path;
    taken.set(folded(path), first);
    return first !== path;
  };
}

/** Where a file system takes several spellings for one name, the one that the board has is meant; of folders on the way, too. */
export function spellingOn({
  present,
  mounts,
}: Pick<BoardState, 'present' | 'mounts'>): (path: BoardPath) => BoardPath {
  const spellings = new Map<string, BoardPath>();
  if (mounts.some(({ kind }) => kind === 'fat')) for (const path of present.keys()) spellings.set(folded(path), path);
  const spelled = (path: BoardPath): BoardPath => {
    if (path === ROOT || present.has(path) || mountOf(path, mounts).kind !== 'fat') return path;
    return spellings.get(folded(path)) ?? childOf(spelled(parentOf(path)), nameOf(path));
  };
  return spelled;
}

/** FAT folds the letters of its code page; those of ASCII are the ones that meet. */
function folded(path: BoardPath): string {
  return path.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
