// The file systems of a board as a restore has to know them: FAT takes `Main.py` and `main.py` for one file and some names not
// at all, and nobody writes to a ROM.

import { type BoardPath, bytesFromText, childOf, isInside, nameOf, parentOf, ROOT } from '../paths.js';
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

/** If a file system takes several spellings for one name, the one that the board has is meant; of folders on the way, too. */
export function spellingOn({
  present,
  mounts,
  spellings: asked,
}: Pick<BoardState, 'present' | 'mounts' | 'spellings'>): (path: BoardPath) => BoardPath {
  const spellings = new Map<string, BoardPath>();
  if (mounts.some(({ kind }) => kind === 'fat')) for (const path of present.keys()) spellings.set(folded(path), path);
  const spelled = (path: BoardPath): BoardPath => {
    if (path === ROOT || present.has(path)) return path;
    const other = asked?.get(path);
    if (other !== undefined) return other;
    if (mountOf(path, mounts).kind !== 'fat') return path;
    return spellings.get(folded(path)) ?? childOf(spelled(parentOf(path)), nameOf(path));
  };
  return spelled;
}

/**
 * Bytes that are one letter in two cases in code page 437. MicroPython reads all names on FAT in that one: `ä` and `å` are one name,
 * since their second bytes are `ñ` and `Ñ` there.
 */
const CASES: ReadonlyMap<number, number> = new Map([
  [0x80, 0x87],
  [0x8e, 0x84],
  [0x8f, 0x86],
  [0x90, 0x82],
  [0x92, 0x91],
  [0x99, 0x94],
  [0x9a, 0x81],
  [0xa5, 0xa4],
  [0xe4, 0xe5],
  [0xe8, 0xed],
]);

/** The same for paths that FAT takes for one. */
export function folded(path: BoardPath): string {
  const lower = path.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (/^[\x00-\x7f]*$/.test(lower)) return lower;
  return Buffer.from(bytesFromText(lower).map((byte) => CASES.get(byte) ?? byte)).toString('latin1');
}
