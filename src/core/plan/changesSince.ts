// How many files are not as they were, of a comparison.

import type { TreeDifference } from './compareTrees.js';

export interface FileChanges {
  changed: number;
  added: number;
  removed: number;
  /** What could not be compared: never taken for the same. */
  unknown: number;
}

/** Folders do not count: one that is new and empty is no change to whoever looks for changed files. */
export function changesSince({ changed, added, removed, unknown }: TreeDifference): FileChanges {
  const files = (entries: TreeDifference['added' | 'removed']) => entries.filter(({ type }) => type === 'file').length;
  return { changed: changed.length, added: files(added), removed: files(removed), unknown: unknown.length };
}
