// Lists the files of a board, and asks it for their hashes. Writes nothing.

import type { ConnectedBoard } from '../board/connect.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath, ROOT } from '../paths.js';
import { plausibleScan } from '../plan/plausible.js';
import { type Scope, scopeTest, skippedPaths } from '../plan/scope.js';
import type { ContentHash, Scan, UnreadableEntry } from '../tree.js';
import { hashOnBoard } from './hashOnBoard.js';
import type { JobContext, Phases } from './job.js';

/**
 * Lists what the board has within `scope`.
 *
 * @param known if the board can hash during the scan, files with one of these hashes have it in the result
 */
export async function scanBoard(
  context: JobContext,
  board: ConnectedBoard,
  scope: Scope,
  known: ReadonlySet<ContentHash> | undefined,
  phases: Phases,
): Promise<Scan> {
  phases.begin(known && board.files.scansHashes ? 'compare' : 'list');
  let seen = 0;
  const scan = await board.files.scan(scope.root, skippedPaths(scope), {
    signal: context.signal,
    known,
    onFound(count) {
      phases.add({ files: count - seen });
      seen = count;
    },
  });
  const unseen = scan.unreadable.find(({ path }) => path === scope.root);
  if (unseen && scan.files.length + scan.folders.length === 0) throw nothingSeen(board, unseen);
  const covers = scopeTest(scope);
  // A folder that cannot be listed may contain something of the scope, even if the folder itself matches no pattern.
  const folders = new Set(scan.folders.map(({ path }) => path));
  const mayHold = scopeTest({ ...scope, include: [] });
  const concerns = (path: BoardPath) => path === ROOT || (folders.has(path) ? mayHold : covers)(path);
  return plausibleScan({
    // With include patterns, only folders that hold something of the scope belong to it.
    folders: scan.folders.filter(({ path }) => covers(path)),
    files: scan.files.filter(({ path }) => covers(path)),
    temporaries: scan.temporaries,
    unreadable: scan.unreadable.filter(({ path }) => concerns(path)),
  });
}

/** A board of which nothing can be listed is an error, not an empty backup. */
function nothingSeen(board: ConnectedBoard, { path, message }: UnreadableEntry): BackupError {
  return new BackupError(
    'board-error',
    t('The board on {0} cannot list {1}: {2}.', board.url, displayPath(path) || '/', message),
    {
      path,
      hint: t('Restart the board and try again. If that does not help, its file system may be damaged.'),
    },
  );
}

/** @returns the hashes of all files that the board can hash */
export async function hashFiles(
  context: JobContext,
  board: ConnectedBoard,
  scan: Scan,
  phases: Phases,
): Promise<Map<BoardPath, ContentHash>> {
  const found = new Map<BoardPath, ContentHash>();
  for (const { path, sha256 } of scan.files) if (sha256) found.set(path, sha256);
  if (board.files.scansHashes || !board.files.hashesOnBoard) return found;
  const hashes = await hashOnBoard(context, board, phases, 'compare', scan.files);
  // A file that could not be hashed is read, which succeeds or says why.
  for (const [path, hash] of hashes) if (typeof hash === 'string') found.set(path, hash);
  return found;
}
