// A board may say nonsense of its files: a bad flash, a bad line, or bad will. What cannot be is told, and hides nothing else.

import { type BoardPath, parentOf, ROOT } from '../paths.js';
import type { Scan, ScannedFile } from '../tree.js';

/** No file system of a board holds more: FAT ends at 4 GiB. */
const LARGEST_FILE = 2 ** 32;
/** Seconds since 1970, in the year 2106: no clock of a board goes further. */
const LATEST_TIME = 2 ** 32;

/** @returns the scan without what cannot be: paths told twice, files that lie in files, sizes and times beyond all boards */
export function plausibleScan(scan: Scan): Scan {
  const unreadable = [...scan.unreadable];
  const refuse = (path: BoardPath, message: string) => void unreadable.push({ path, message });
  const seen = new Set<BoardPath>();
  const once = <Entry extends { path: BoardPath }>(entries: readonly Entry[]): Entry[] =>
    entries.filter(({ path }) => {
      const isNew = !seen.has(path);
      if (!isNew) refuse(path, 'the board names it twice');
      seen.add(path);
      return isNew;
    });
  const folders = once(scan.folders);
  const files = once(scan.files);
  const names = new Set(files.map(({ path }) => path));
  const isInFile = ({ path }: { path: BoardPath }): boolean => {
    for (let at = parentOf(path); at !== ROOT; at = parentOf(at)) {
      if (!names.has(at)) continue;
      refuse(path, 'the board names it inside a file');
      return true;
    }
    return false;
  };
  const hasSize = ({ path, size }: ScannedFile): boolean => {
    const isSize = Number.isInteger(size) && size >= 0 && size < LARGEST_FILE;
    if (!isSize) refuse(path, 'the board names no size that a file can have');
    return isSize;
  };
  return {
    folders: folders.filter((folder) => !isInFile(folder)),
    files: files.filter((file) => hasSize(file) && !isInFile(file)).map(withPlausibleTime),
    temporaries: scan.temporaries,
    unreadable,
  };
}

function withPlausibleTime({ mtime, ...file }: ScannedFile): ScannedFile {
  const isTime = mtime !== undefined && Number.isInteger(mtime) && mtime >= 0 && mtime < LATEST_TIME;
  return isTime ? { ...file, mtime } : file;
}
