// A board as a restore has to know it before it decides: every name, the file systems, and the hash of each file that it may
// replace or delete. Only looks.

import type { ConnectedBoard } from '../board/connect.js';
import { type BoardPath, isInside, parseUserPath, ROOT } from '../paths.js';
import { mountOf } from '../plan/boardMounts.js';
import { roomOfFile } from '../plan/flashRoom.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { BoardMount, BoardState, OnBoard } from '../plan/restoreItem.js';
import type { Store } from '../store/store.js';
import type { ContentHash, Scan } from '../tree.js';
import { mountsNow } from './describeBoard.js';
import { hashOnBoard } from './hashOnBoard.js';
import { type JobContext, trackPhases } from './job.js';
import { findOtherSpellings } from './otherSpellings.js';
import { findTwins } from './twins.js';

/** What was seen, and what an interrupted restore left behind under temporary names. */
export interface Look {
  state: BoardState;
  temporaries: readonly BoardPath[];
  /** Which of them may be one with a file of the board. */
  twins: ReadonlyMap<BoardPath, BoardPath>;
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
  const { unreadable } = scan;
  const present = new Map<BoardPath, OnBoard>();
  for (const { path } of scan.folders) present.set(path, 'folder');
  for (const { path, size } of scan.files) present.set(path, { size, sha256: null });
  const { rename, mkdir } = board.profile.can;
  const mounts = await mountsOf(context, board, scan.temporaries);
  const twins = await findTwins(context, board, scan, mounts);
  const listed: BoardState = {
    present,
    unreadable,
    mounts,
    twins: new Set(twins.values()),
    can: { rename, mkdir },
  };
  const state = { ...listed, spellings: await findOtherSpellings(context, board, listed, plan(listed)) };

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
  const temporaries = scan.temporaries.map(({ path }) => path);
  return { state, temporaries, twins, isSaved: (hash) => saved.has(hash) };
}

/** What an interrupted restore left behind goes before anything is written: its room counts as free. */
async function mountsOf(
  context: JobContext,
  board: ConnectedBoard,
  temporaries: Scan['temporaries'],
): Promise<BoardMount[]> {
  const mounts = (await mountsNow(context, board)).map(
    ({ path, type, free, readOnly, block }): BoardMount => ({
      path: parseUserPath(path),
      kind: KINDS.get(type) ?? 'other',
      free,
      ...(readOnly === true && { isReadOnly: true }),
      ...(block !== null && { block }),
    }),
  );
  return mounts.map((mount) => {
    const here = temporaries.filter(({ path }) => mountOf(path, mounts).path === mount.path);
    const room = here.reduce((sum, { size }) => sum + roomOfFile(size, mount).atLeast, 0);
    return { ...mount, free: mount.free === null ? null : mount.free + room };
  });
}
