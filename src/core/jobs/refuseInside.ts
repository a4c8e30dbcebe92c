// What is copied out of a store does not go into it.

import { isAbsolute, relative, sep } from 'node:path';
import { BackupError } from '../errors.js';

/** What lies there is taken for a backup, or for what was deleted, and may go with it. @throws BackupError `bad-argument` */
export function refuseInside(root: string, target: string): void {
  const way = relative(root, target);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw new BackupError('bad-argument', `${target} lies in the folder of the backups. Nothing was written.`, {
    path: target,
    hint: 'Choose a place outside of it.',
  });
}
