// What a board has now, with the hash of every file that is to be compared. Only looks.

import type { ConnectedBoard } from '../board/connect.js';
import { t } from '../l10n.js';
import { type BoardPath, isInside, ROOT } from '../paths.js';
import type { ComparedFile, ComparedTree } from '../plan/compareTrees.js';
import type { Scope } from '../plan/scope.js';
import type { ContentHash, UnreadableEntry } from '../tree.js';
import { hashOnBoard } from './hashOnBoard.js';
import { type JobContext, trackPhases } from './job.js';
import { scanBoard } from './scanBoard.js';

/**
 * @param expected the files that it is compared with
 * @param paths files are hashed only if they lie in one of these
 * @throws BackupError `board-error` if the board shows nothing at all, and whatever the line does
 */
export async function treeOnBoard(
  context: JobContext,
  board: ConnectedBoard,
  scope: Scope,
  expected: readonly ComparedFile[],
  paths: readonly BoardPath[],
): Promise<ComparedTree> {
  const phases = trackPhases(context);
  const known = new Set(expected.flatMap(({ sha256 }) => sha256 ?? []));
  // Hashing on the way spares a question for each file that is as expected, and takes in all files.
  const onTheWay = paths.includes(ROOT) && known.size > 0 ? known : undefined;
  const scan = await scanBoard(context, board, scope, onTheWay, phases);
  const errors: UnreadableEntry[] = [...scan.unreadable];
  const hashes = new Map<BoardPath, ContentHash>();
  for (const { path, sha256 } of scan.files) if (sha256) hashes.set(path, sha256);

  async function hashAll(files: ReadonlyArray<{ path: BoardPath; size: number }>): Promise<void> {
    // Even the question would send Python to the board.
    if (files.length === 0) return;
    for (const [path, hash] of await hashOnBoard(context, board, phases, 'compare', files)) {
      const before = hashes.get(path);
      const isHash = typeof hash === 'string';
      if (isHash && (before ?? hash) === hash) hashes.set(path, hash);
      else {
        errors.push({ path, message: isHash ? t('It was different each time it was read.') : hash.message });
        hashes.delete(path);
      }
    }
  }

  await hashAll(scan.files.filter(({ path }) => !hashes.has(path) && paths.some((chosen) => isInside(path, chosen))));
  if (!board.files.hashesOnBoard) {
    // Read once, and nothing told us whether the line was kind: what is not as expected has to come a second time (P32).
    const wanted = new Map(expected.map(({ path, sha256 }) => [path, sha256]));
    await hashAll(scan.files.filter(({ path }) => hashes.has(path) && hashes.get(path) !== wanted.get(path)));
  }
  const files = scan.files.map(({ path, size }): ComparedFile => {
    return { type: 'file', path, size, sha256: hashes.get(path) ?? null };
  });
  return { entries: [...scan.folders, ...files], errors, scope };
}
