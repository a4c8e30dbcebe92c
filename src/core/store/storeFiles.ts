// The small files of a store that belong to its archives, and go where those go. What else lies there is not a store's to know.

import { INDEX_LIMITS } from './indexFile.js';

export const ENCRYPTION_FILE = 'encryption.json';
export const HISTORY_FILE = 'history.jsonl';
export const INDEX_FILES = ['index.json', 'index.age'] as const;
const NOTES = 'annotations.jsonl';

/** At the top of a store; which of them there are depends on whether it is encrypted. */
export const TOP_FILES: readonly string[] = [ENCRYPTION_FILE, ...INDEX_FILES, HISTORY_FILE];

/** None of ours is larger: whoever reads a store that others can write to takes in no more. */
export const LARGEST_BESIDE = INDEX_LIMITS.bytes;

/** @param folder of a board, within the store; `.` for its top */
export function notesIn(folder: string): string {
  return folder === '.' ? NOTES : `${folder}/${NOTES}`;
}

/** @param path within the store, with slashes */
export function isBeside(path: string): boolean {
  const [first = '', second, ...deeper] = path.split('/');
  if (second === undefined) return TOP_FILES.includes(first) || first === NOTES;
  return second === NOTES && deeper.length === 0;
}
