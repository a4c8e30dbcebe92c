// A board as a restore has to know it before it decides: every name, the file systems, and the hash of each file that it may
// replace or delete. Only looks.

import type { ConnectedBoard } from '../board/connect.js';
import { type BoardPath, isInside, parseUserPath, ROOT } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { BoardMount, BoardState, OnBoard } from '../plan/restoreItem.js';
import type { Store } from '../store/store.js';
import type { ContentHash } from '../tree.js';
import { describeBoard } from './describeBoard.js';
import { hashOnBoard } from './hashOnBoard.js';
import { type JobContext, trackPhases } from './job.js';

/** What was seen, and what an interrupted restore left behind under temporary names. */
export interface Look {
  state: BoardState;
  temporaries: readonly BoardPath[];
  /** Whether the store has this content. */
  isSaved: (hash: ContentHash) => boolean;
}

const KINDS: ReadonlyMap<string | null, BoardMount['kind']> = new Map([
  ['littlefs1', 'littlefs'],
  ['littlefs2', 'littlefs'],
  ['fat', 'fat'],
  ['romfs', 'rom'],
]);

/**
 * @param plan what would be done, of a board of which only the names are known: files that it concerns are hashed
 * @throws whatever the line does
 */
export async function lookForRestore(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  plan: (state: BoardState) => RestorePlan,
): Promise<Look> {
  const phases = trackPhases(context);
  phases.begin('list');
  const scan = await board.files.scan(ROOT, [], { signal: context.signal });
  const { unreadable, temporaries } = scan;
  const present = new Map<BoardPath, OnBoard>();
  for (const { path } of scan.folders) present.set(path, 'folder');
  for (const { path, size } of scan.files) present.set(path, { size, sha256: null });
  const { rename, mkdir } = board.profile.can;
  const state: BoardState = { present, unreadable, mounts: await mountsOf(context, board), can: { rename, mkdir } };

  // Where the board could not look, a file may be all the same.
  const mayBeThere = (path: BoardPath) => unreadable.some((place) => isInside(path, place.path));
  const asked = plan(state).items.flatMap(({ path, wanted, present: there, skip }) => {
    if (skip === 'left-out' || there === 'folder') return [];
    if (there) return [{ path, size: there.size }];
    return wanted !== null && wanted !== 'folder' && mayBeThere(path) ? [{ path, size: 0 }] : [];
  });
  const saved = new Set<ContentHash>();
  for (const [path, hash] of await hashOnBoard(context, board, phases, 'compare', asked)) {
    const there = present.get(path);
    const size = there && there !== 'folder' ? there.size : 0;
    if (typeof hash === 'string') {
      present.set(path, { size, sha256: hash });
      if ((await store.locate(hash)).length > 0) saved.add(hash);
    } else if (hash.missing) present.delete(path);
    else present.set(path, { size, sha256: null });
  }
  return { state, temporaries, isSaved: (hash) => saved.has(hash) };
}

async function mountsOf(context: JobContext, board: ConnectedBoard): Promise<BoardMount[]> {
  const { mounts } = await describeBoard(context, board);
  return mounts.map(({ path, type, free }) => ({ path: parseUserPath(path), kind: KINDS.get(type) ?? 'other', free }));
}
