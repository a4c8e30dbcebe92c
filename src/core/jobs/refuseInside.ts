// What is copied out of a store does not go into it.

import { isAbsolute, relative, sep } from 'node:path';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';

/** @returns whether `path` is `root` or lies in it; both absolute */
export function liesIn(root: string, path: string): boolean {
  const way = relative(root, path);
  return !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
}

/** What lies there is taken for a backup, or for what was deleted, and may go with it. @throws BackupError `bad-argument` */
export function refuseInside(root: string, target: string): void {
  if (!liesIn(root, target)) return;
  throw new BackupError('bad-argument', t('{0} is in the folder of the backups. Nothing was written.', target), {
    path: target,
    hint: t('Choose a place outside of it.'),
  });
}
