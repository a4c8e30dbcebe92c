// A backup or a comparison has just looked at a board: the tree knows its files without asking it again.

import { messageOf } from '../../core/errors.js';
import type { BackupResult } from '../../core/jobs/backup.js';
import type { ComparedSide } from '../../core/jobs/compare.js';
import { type BoardPath, ROOT } from '../../core/paths.js';
import { changesSince } from '../../core/plan/changesSince.js';
import { compareTrees } from '../../core/plan/compareTrees.js';
import type { BackupSummary } from '../../core/store/summary.js';
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

/**
 * Never rejects: the comparison is shown, whatever becomes of the tree.
 *
 * @param backup what the board was compared with
 * @param path what of it
 */
export async function noteCompared(
  { boards, live, env }: Services,
  side: Extract<ComparedSide, { kind: 'board' }>,
  backup: BackupSummary,
  path: BoardPath = ROOT,
): Promise<void> {
  const { url, board, program, tree } = side;
  const state = live.stateOf(url);
  if (state.kind === 'reading') return;
  // Only a part was looked at, or compared: it may tell that what is known is so no more.
  if (path !== ROOT || backup.set !== undefined) {
    if (state.kind !== 'read') return;
    const { changed, added, removed } = changesSince(compareTrees(state.look.tree, tree, [path]));
    if (changed + added + removed > 0) live.outdated(url);
    return;
  }
  try {
    const known = boards.list.find((one) => one.url === url && one.id === board.id);
    // The tree has no row of it: another board than anybody knew of.
    if (!known) return;
    const { latest } = known;
    const last = latest && (await (await boards.openStore()).readManifest(latest));
    const since = last && { backup: latest, difference: compareTrees(last, tree) };
    live.set(url, { kind: 'read', look: { board, program, tree, ...(since && { since }) }, at: env.clock.now() });
  } catch (error) {
    env.log.warn(`${backup.archive}: ${messageOf(error)}`);
    live.outdated(url);
  }
}
