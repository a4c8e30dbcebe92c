// Writes one file of a board: under a temporary name, compared with what it shall be, and only then renamed. So a file on the
// board is old or new, never torn (P24), and never something that arrived damaged (P32). A board that cannot rename has it
// written in place: who calls this puts back what was there before, should it fail.

import { lineDamaged } from '../board/boardErrors.js';
import { temporaryName } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import { describeCauses } from '../errors.js';
import { type BoardPath, childOf, displayPath, parentOf } from '../paths.js';
import { writeModeOf } from '../plan/boardLimits.js';
import type { ContentHash } from '../tree.js';
import type { JobContext } from './job.js';

interface File {
  path: BoardPath;
  sha256: ContentHash;
}

/**
 * @param chunks content with the hash `sha256`
 * @throws BackupError `line-damaged` where it is not the same on the board; where the board can rename, what was there before
 *   is there still
 */
export async function putFile(
  context: JobContext,
  board: ConnectedBoard,
  file: File,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  if (writeModeOf(board.profile) === 'in-place') return writeAndCompare(context, board, file, file.path, chunks);
  const temporary = childOf(parentOf(file.path), temporaryName(context.env.random(4)));
  try {
    await writeAndCompare(context, board, file, temporary, chunks);
    await board.files.rename(temporary, file.path, context.signal);
  } catch (error) {
    await removeQuietly(context.env.log, board, temporary);
    throw error;
  }
}

async function writeAndCompare(
  { signal }: JobContext,
  board: ConnectedBoard,
  { path, sha256 }: File,
  place: BoardPath,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const written = await board.files.write(place, chunks, signal);
  // A board that cannot hash what it wrote has it read back.
  const found = written ?? (await board.files.hash([place], { signal })).get(place);
  if (found !== sha256) throw lineDamaged(board.url, `${displayPath(path)} is not the same on the board`);
}

/** The first error is the one to tell; a board that is gone takes its temporary file along. */
async function removeQuietly(log: JobContext['env']['log'], board: ConnectedBoard, path: BoardPath): Promise<void> {
  try {
    await board.files.remove(path, 'file');
  } catch (error) {
    log.warn(`${board.url}: the temporary file ${path} may have stayed on the board: ${describeCauses(error)}`);
  }
}
