// What has changed on a board since its last backup, in a few words. Knows nothing of VS Code.

import type { TreeDifference } from '../../core/plan/compareTrees.js';

/** `2 changed, 1 new, 1 missing`; empty where there is nothing to compare with. What was not compared is not said to be the same. */
export function sinceBackup(difference: TreeDifference | undefined): string {
  if (!difference) return '';
  const files = (entries: TreeDifference['added' | 'removed']) => entries.filter(({ type }) => type === 'file').length;
  const { changed, added, removed, unknown } = difference;
  const parts = [
    [changed.length, 'changed'],
    [files(added), 'new'],
    [files(removed), 'missing'],
    [unknown.length, 'not compared'],
  ].flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return parts.length > 0 ? parts.join(', ') : 'as in the last backup';
}
