// Where the bytes of a file stand in an archive: under their own name where any unzip can give it back on any system,
// else under their hash, which is always a good name (P42, P44).

import { type BoardPath, bytesFromText } from '../paths.js';
import type { ContentHash } from '../tree.js';

/** The longest name of one file on the usual systems, and what leaves room below Windows' and Linux' longest paths. */
const LONGEST_PART = 255;
const LONGEST_PATH = 2000;

/** Remembers which names are taken, in one archive. */
export interface Placement {
  /** @returns the name of the ZIP entry for a file */
  ofFile(path: BoardPath, sha256: ContentHash): string;
  /** Takes a name that an earlier archive of the same backup gave: it must stay as it is. @param path of an entry under `files/` */
  keep(path: BoardPath): void;
  /** @returns the name of the ZIP entry for a folder; undefined if it cannot have one: the manifest knows it anyway */
  ofFolder(path: BoardPath): string | undefined;
}

/** @param canHold which paths can have an entry under their own name; ordinary ones at most */
export function createPlacement(canHold: (path: BoardPath) => boolean): Placement {
  // Each path and each folder above it, as a system that ignores case sees them, with the one spelling that took the name.
  const taken = new Map<string, string>();

  /** `A.py` and `a.py` are two files on a board and one file on Windows: the first keeps its name. */
  function take(path: BoardPath): boolean {
    if (!canHold(path)) return false;
    const parts = path.split('/');
    const spellings = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    if (spellings.some((spelling) => (taken.get(folded(spelling)) ?? spelling) !== spelling)) return false;
    for (const spelling of spellings) taken.set(folded(spelling), spelling);
    return true;
  }

  return {
    ofFile: (path, sha256) => (take(path) ? `files/${path}` : `objects/${sha256}`),
    keep: (path) => void take(path),
    ofFolder: (path) => (take(path) ? `files/${path}/` : undefined),
  };
}

/** A name that any unzip makes on any system; `aux.py` too, which only Windows refuses. */
export function isOrdinary(path: BoardPath): boolean {
  if (!path.isWellFormed() || /[\\\x00-\x1f\x7f-\x9f]/.test(path) || /^[A-Za-z]:/.test(path)) return false;
  return (
    bytesFromText(path).length <= LONGEST_PATH &&
    path.split('/').every((part) => bytesFromText(part).length <= LONGEST_PART)
  );
}

/** An ordinary name that Windows takes, too: for folders, which no unzip makes fit. */
export function isPortable(path: BoardPath): boolean {
  const refused = /[<>:"|?*]|[. ]$|^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
  return isOrdinary(path) && !path.split('/').some((part) => refused.test(part));
}

/** Upper before lower case, so that letters with several lower forms fall together. */
function folded(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
