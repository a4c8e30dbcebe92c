// Writes one file of a board and proves it: nothing that arrived damaged is ever taken for what was sent (P32).

import { BoardException, explainBoardException, lineDamaged } from '../board/boardErrors.js';
import type { ConnectedBoard } from '../board/connect.js';
import { isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import type { ContentHash } from '../tree.js';
import type { JobContext } from './job.js';

/** How often a file is sent before the line counts as too bad. */
const ATTEMPTS = 3;

export interface FileToPut {
  /** The name that it is for. */
  path: BoardPath;
  sha256: ContentHash;
  /** Content with this hash; asked for once for each attempt. */
  chunks(): AsyncIterable<Uint8Array>;
}

/**
 * @param place where it is written: aside, or where it belongs
 * @throws BackupError `line-damaged` if it is not the same on the board, however often it is sent
 */
export async function putFile(
  { env, signal }: JobContext,
  board: ConnectedBoard,
  { path, sha256, chunks }: FileToPut,
  place: BoardPath,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const written = await board.files.write(place, chunks(), signal);
      // A board that cannot hash what it wrote has it read back.
      const found = written ?? (await board.files.hash([place], { signal })).get(place);
      if (found === sha256) return;
      throw lineDamaged(board.url, t('{0} is not the same on the board', displayPath(path)));
    } catch (error) {
      if (isBackupError(error, 'line-damaged')) {
        if (attempt === ATTEMPTS) throw error;
        env.log.warn(`${board.url}: ${displayPath(path)} is written again: ${error.message}`);
        continue;
      }
      // The name aside says nothing to anybody.
      if (isBackupError(error) && error.cause instanceof BoardException) throw explainBoardException(error.cause, path);
      throw error;
    }
  }
}
