// Hashes files on the board and tells how far that is.

import type { NoHash } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import type { BoardPath } from '../paths.js';
import type { ContentHash } from '../tree.js';
import type { JobContext, Phase, Phases } from './job.js';

/**
 * @param files with the bytes that hashing each will take: their size on the board, as far as that is known
 * @param known what they probably are, if only that is asked
 */
export async function hashOnBoard(
  { signal }: JobContext,
  board: ConnectedBoard,
  phases: Phases,
  phase: Phase,
  files: ReadonlyArray<{ path: BoardPath; size: number }>,
  known?: ReadonlySet<ContentHash>,
): Promise<Map<BoardPath, ContentHash | NoHash>> {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  phases.begin(phase, { files: sizes.size, bytes: files.reduce((sum, { size }) => sum + size, 0) });
  const onHashed = (path: BoardPath) => {
    phases.file(path);
    phases.add({ files: 1, bytes: sizes.get(path) ?? 0 });
  };
  return board.files.hash([...sizes.keys()], { signal, onHashed, known });
}
