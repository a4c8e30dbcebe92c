// Writes one file of a board: under a temporary name, compared with what it shall be, and only then renamed. So a file on the
// board is old or new, never torn (P24), and never something that arrived damaged (P32).

import { lineDamaged } from '../board/boardErrors.js';
import { temporaryName } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import { describeCauses } from '../errors.js';
import { type BoardPath, childOf, displayPath, parentOf } from '../paths.js';
import type { ContentHash } from '../tree.js';
import type { JobContext } from './job.js';

/**
 * @param chunks content with the hash `sha256`
 * @throws BackupError `line-damaged` where it is not the same on the board; what was there before is there still
 */
export async function putFile(
  { env, signal }: JobContext,
  board: ConnectedBoard,
  file: { path: BoardPath; sha256: ContentHash },
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { path, sha256 } = file;
  const temporary = childOf(parentOf(path), temporaryName(env.random(4)));
  try {
    const written = await board.files.write(temporary, chunks, signal);
    // A board that cannot hash what it wrote has it read back, before the name changes hands.
    const found = written ?? (await board.files.hash([temporary], { signal })).get(temporary);
    if (found !== sha256) throw lineDamaged(board.url, `${displayPath(path)} is not the same on the board`);
    await board.files.rename(temporary, path, signal);
  } catch (error) {
    await removeQuietly(env.log, board, temporary);
    throw error;
  }
}

/** The first error is the one to tell; a board that is gone takes its temporary file along. */
async function removeQuietly(log: JobContext['env']['log'], board: ConnectedBoard, path: BoardPath): Promise<void> {
  try {
    await board.files.remove(path, 'file');
  } catch (error) {
    log.warn(`${board.url}: the temporary file ${path} may have stayed on the board: ${describeCauses(error)}`);
  }
}
