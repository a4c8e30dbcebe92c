// A backup has just looked at a board: the tree knows its files without asking it again.

import { messageOf } from '../../core/errors.js';
import type { BackupResult } from '../../core/jobs/backup.js';
import { compareTrees } from '../../core/plan/compareTrees.js';
import type { Services } from '../services.js';

/** Never rejects: the backup is made, and only the tree would have to ask the board again. */
export async function noteBackedUp(
  { boards, live, env }: Services,
  url: string,
  { backup, program }: BackupResult,
): Promise<void> {
  // One of a named set has looked at a part of the board alone.
  if (backup.set !== undefined) return live.outdated(url);
  try {
    const tree = await (await boards.openStore()).readManifest(backup);
    const since = { backup, difference: compareTrees(tree, tree) };
    live.set(url, { kind: 'read', look: { board: backup.board, program, tree, since }, at: env.clock.now() });
  } catch (error) {
    env.log.warn(`${backup.archive}: ${messageOf(error)}`);
    live.outdated(url);
  }
}
