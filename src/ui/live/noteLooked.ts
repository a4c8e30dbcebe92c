// A backup or a comparison has just looked at a board: the tree knows its files without asking it again.

import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../../core/errors.js';
import type { BackupResult } from '../../core/jobs/backup.js';
import type { ComparedSide } from '../../core/jobs/compare.js';
import { type BoardPath, ROOT } from '../../core/paths.js';
import { changesSince } from '../../core/plan/changesSince.js';
import { type ComparedTree, compareTrees } from '../../core/plan/compareTrees.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { BackupSummary } from '../../core/store/summary.js';
import type { Boards } from '../boards.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';

/** Never rejects: the backup is made, and only the tree would have to ask the board again. */
export async function noteBackedUp(
  { boards, live, env }: Services,
  url: string,
  { backup, program }: BackupResult,
): Promise<void> {
  try {
    const tree = await (await boards.openStore()).readManifest(backup);
    if (!isAsLooked(tree)) return live.outdated(url);
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
  if (live.stateOf(url).kind === 'reading') return;
  try {
    const known = await knownAt(boards, url, board.id);
    if (!known) return live.outdated(url);
    const state = live.stateOf(url);
    // Only a part was looked at, or compared: it may tell that what is known is so no more.
    if (path !== ROOT || !isAsLooked(tree)) {
      if (state.kind !== 'read') return;
      const { changed, added, removed } = changesSince(compareTrees(state.look.tree, tree, [path]));
      if (changed + added + removed > 0) live.outdated(url);
      return;
    }
    const { latest } = known;
    const last = latest && (await (await boards.openStore()).readManifest(latest));
    const since = last && { backup: latest, difference: compareTrees(last, tree) };
    live.set(url, { kind: 'read', look: { board, program, tree, ...(since && { since }) }, at: env.clock.now() });
  } catch (error) {
    env.log.warn(`${backup.archive}: ${messageOf(error)}`);
    live.outdated(url);
  }
}

/** @returns the row of this board; undefined if it has left that port */
async function knownAt(boards: Boards, url: string, boardId: string): Promise<KnownBoard | undefined> {
  const find = () => boards.list.find((one) => one.url === url && one.id === boardId);
  const known = find();
  if (known) return known;
  // Another one than was thought. What was known of that one is forgotten.
  await boards.learn(url, boardId);
  await boards.refreshBackups();
  return find();
}

/**
 * Whether it is of all that the row shows: what the settings take in. A backup of a named set, by the command line or from before
 * they were changed covers less or more, and so does a comparison with one.
 */
function isAsLooked({ scope }: ComparedTree): boolean {
  const { include, exclude } = readSettings();
  return isDeepStrictEqual(scope, { root: ROOT, include, exclude });
}
