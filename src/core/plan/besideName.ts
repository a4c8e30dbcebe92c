// Where both files of a conflict are kept, that of the backup gets a name beside the other one.

import { type BoardPath, childOf, nameOf, parentOf } from '../paths.js';

/** `main.py` → `main.backup.py`, then `main.backup-2.py`. @param taken names that are not free, in any spelling: FAT knows one of them */
export function besideName(path: BoardPath, taken: ReadonlySet<BoardPath>): BoardPath {
  const name = nameOf(path);
  const spellings = new Set([...taken].map((other) => other.toLowerCase()));
  const dot = name.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; ; number++) {
    const beside = childOf(parentOf(path), `${stem}.backup${number === 1 ? '' : `-${number}`}${extension}`);
    if (!spellings.has(beside.toLowerCase())) return beside;
  }
}
