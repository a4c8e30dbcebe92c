// Compares two backups, a backup and a board, or two boards. Writes nothing, neither to a board nor to a store (P34).

import { type Program, withBoard } from '../board/connect.js';
import type { BoardIdentity } from '../board/identity.js';
import { DEFAULT_EXCLUDE } from '../defaults.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, isInside, ROOT } from '../paths.js';
import { type ComparedTree, compareTrees, type TreeDifference } from '../plan/compareTrees.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { type BoardAddress, connecting, type JobContext } from './job.js';
import { type BoardContents, readChanged } from './readChanged.js';
import { treeOnBoard } from './treeOnBoard.js';

export interface BackupSide {
  store: Store;
  /** Or how to choose one, once it is known which board the other side is of. */
  backup: BackupSummary | ((boardId: string | undefined) => Promise<BackupSummary>);
}

export interface BoardSide {
  board: BoardAddress;
}

/** What was compared. Two sides may well be of two boards. */
export type ComparedSide =
  | { kind: 'backup'; board: Pick<BoardIdentity, 'id' | 'name'>; backup: BackupSummary }
  /** `tree`: what is there, with the hashes of all files that were compared. */
  | { kind: 'board'; board: BoardIdentity; url: string; program: Readonly<Program>; tree: ComparedTree };

export interface CompareResult {
  left: ComparedSide;
  right: ComparedSide;
  /** What became of the left on the right. */
  difference: TreeDifference;
  /** If that was asked for, and one side is a board and the other a backup. */
  contents?: BoardContents;
  seconds: number;
}

export interface CompareOptions {
  /** Compares only these files and folders; the root means everything. */
  paths?: readonly BoardPath[] | undefined;
  /** So many bytes at most of what is not the same on the board are read, to be shown. */
  read?: number;
}

/** One side, looked at. */
interface Seen {
  side: ComparedSide;
  tree: ComparedTree;
  contents?: BoardContents;
}

/** What is to be looked at. */
interface Looking {
  paths: readonly BoardPath[];
  /** Where large files may wait, and how many bytes are read. */
  reading?: { folder: string; most: number } | undefined;
}

/**
 * A board is looked at where the backup on the other side did; of two boards, all counts that a backup takes by default.
 *
 * @throws BackupError `bad-argument` for a path that neither side has, and whatever the store or the line does
 */
export async function compare(
  context: JobContext,
  left: BackupSide | BoardSide,
  right: BackupSide | BoardSide,
  { paths = [ROOT], read: most }: CompareOptions = {},
): Promise<CompareResult> {
  const start = context.env.clock.ticks();
  for (const side of [left, right]) if ('backup' in side) await side.store.unlock();
  const ofBackup = 'backup' in left ? left : 'backup' in right ? right : undefined;
  const reading = ofBackup && most !== undefined ? { folder: ofBackup.store.root, most } : undefined;
  const [before, after] = await lookAtBoth(context, left, right, { paths, reading });
  const contents = before.contents ?? after.contents;
  for (const path of paths) if (!isAbout(before.tree, path) && !isAbout(after.tree, path)) throw nowhere(path);
  return {
    left: before.side,
    right: after.side,
    difference: compareTrees(before.tree, after.tree, paths),
    ...(contents && { contents }),
    seconds: (context.env.clock.ticks() - start) / 1000,
  };
}

async function lookAtBoth(
  context: JobContext,
  left: BackupSide | BoardSide,
  right: BackupSide | BoardSide,
  looking: Looking,
): Promise<[Seen, Seen]> {
  if ('board' in left) {
    if ('backup' in right) return lookAtBoard(context, left, await readingOf(right), looking);
    const [first] = await lookAtBoard(context, left, async () => undefined, looking);
    const [second] = await lookAtBoard(context, right, async () => first, looking);
    return [first, second];
  }
  if ('board' in right) {
    const [second, first] = await lookAtBoard(context, right, await readingOf(left), looking);
    return [first, second];
  }
  const second = typeof right.backup === 'function' ? undefined : await readBackup(right, undefined);
  const first = await readBackup(left, second?.side.board.id);
  return [first, second ?? (await readBackup(right, first.side.board.id))];
}

/** What can be refused without the board is refused before it is disturbed. */
async function readingOf(side: BackupSide): Promise<(board: BoardIdentity) => Promise<Seen>> {
  if (typeof side.backup === 'function') return ({ id }) => readBackup(side, id);
  const seen = await readBackup(side, undefined);
  return async () => seen;
}

/** @param otherSide what it is compared with, as far as that is known before */
async function lookAtBoard<Other extends Seen | undefined>(
  context: JobContext,
  { board: address }: BoardSide,
  otherSide: (board: BoardIdentity) => Promise<Other>,
  { paths, reading }: Looking,
): Promise<[board: Seen, other: Other]> {
  return withBoard(connecting(context, address), async (board) => {
    const { url, identity, program } = board;
    const other = await otherSide(identity);
    const scope = other?.tree.scope ?? { root: ROOT, include: [], exclude: DEFAULT_EXCLUDE };
    const expected = other?.tree.entries.filter((entry) => entry.type === 'file') ?? [];
    const tree = await treeOnBoard(context, board, scope, expected, paths);
    // As long as the board is there: a second connection would stop its program a second time.
    const contents =
      reading && other && (await readChanged(context, board, compareTrees(other.tree, tree, paths), reading));
    // `program` says how it ended once the board has been left.
    return [
      { side: { kind: 'board', board: identity, url, program, tree }, tree, ...(contents && { contents }) },
      other,
    ];
  });
}

async function readBackup({ store, backup }: BackupSide, otherBoard: string | undefined): Promise<Seen> {
  const summary = typeof backup === 'function' ? await backup(otherBoard) : backup;
  return { side: { kind: 'backup', board: summary.board, backup: summary }, tree: await store.readManifest(summary) };
}

/** Whether a tree has something at this path, or in it, or does not know. */
function isAbout({ entries, errors }: ComparedTree, path: BoardPath): boolean {
  if (path === ROOT || entries.some((entry) => isInside(entry.path, path))) return true;
  return errors.some((error) => isInside(error.path, path) || isInside(path, error.path));
}

function nowhere(path: BoardPath): BackupError {
  return new BackupError('bad-argument', t('{0} is on neither side.', displayPath(path)), {
    path,
    hint: t('Check the name. What a backup leaves out is not looked at on a board, either.'),
  });
}
