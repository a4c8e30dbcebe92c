// If both files of a conflict are kept, that of the backup gets a name beside the other one.

import { type BoardPath, childOf, nameOf, parentOf } from '../paths.js';

/** What littlefs takes for a name. FAT counts UTF-16 units, which are never more than the bytes. */
const LONGEST_NAME = 255;
/** A longer ending is no file type. */
const LONGEST_EXTENSION = 32;

/** The same for all spellings of a path in upper and lower case: FAT knows one of them. */
export function inAnyCase(path: BoardPath): string {
  return path.toLowerCase();
}

/** `main.py` → `main.backup.py`, then `main.backup-2.py`. @param taken what is not free, {@link inAnyCase} */
export function besideName(path: BoardPath, taken: ReadonlySet<string>): BoardPath {
  const name = nameOf(path);
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= LONGEST_EXTENSION;
  const [stem, extension] = hasExtension ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let number = 1; ; number++) {
    const ending = `.backup${number === 1 ? '' : `-${number}`}${extension}`;
    const beside = childOf(parentOf(path), `${shortened(stem, LONGEST_NAME - Buffer.byteLength(ending))}${ending}`);
    if (!taken.has(inAnyCase(beside))) return beside;
  }
}

/** @returns its first characters, as many as fit: never a part of one */
function shortened(text: string, most: number): string {
  const characters = [...text];
  while (Buffer.byteLength(characters.join('')) > most) characters.pop();
  return characters.join('');
}
