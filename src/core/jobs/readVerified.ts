// Reads a file from a board until it is known to be right: hashed on both sides, or read twice if the board cannot hash.

import { lineDamaged } from '../board/boardErrors.js';
import type { ReadOptions } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import { createSpool, type Spool } from '../store/spool.js';
import type { ContentHash, Evidence, ScannedFile } from '../tree.js';
import type { JobContext } from './job.js';

const ATTEMPTS = 3;
/** Bytes that a file may have grown by since it was listed, besides once its size: a log is written to, nothing is endless. */
const MOST_GROWTH = 1 << 20;

/** Content that is right; disposing of it frees what holds it. */
export interface VerifiedContent extends AsyncDisposable {
  spool: Spool;
  sha256: ContentHash;
  evidence: Evidence;
}

/**
 * @param folder where a large file may wait
 * @param onBytes is told what arrived, and takes it back (a negative number) if it has to come again
 * @throws BackupError `line-damaged` if no attempt arrived whole; `file-changed` if each did, and no two agree;
 *   whatever the board says of the file
 */
export async function readVerified(
  context: JobContext,
  board: ConnectedBoard,
  folder: string,
  { path, size }: Pick<ScannedFile, 'path' | 'size'>,
  onBytes: (bytes: number) => void,
  { next, prefix }: Pick<ReadOptions, 'next' | 'prefix'> = {},
): Promise<VerifiedContent> {
  let before: ContentHash | undefined;
  let isLine = false;
  // A file that does not begin as it did before is no fault of the line: that attempt is one more.
  for (let attempt = prefix ? 0 : 1; attempt <= ATTEMPTS; attempt++) {
    const spool = createSpool(context.env, folder);
    let accepted = false;
    try {
      const onBoard = await board.files.read(
        path,
        async (bytes) => {
          await spool.write(bytes);
          onBytes(bytes.length);
          if (spool.size > 2 * size + MOST_GROWTH) throw growsWithoutEnd(path);
        },
        { signal: context.signal, size, next, prefix: attempt === 0 ? prefix : undefined },
      );
      const sha256 = spool.sha256();
      accepted = sha256 === (onBoard ?? before);
      if (accepted) {
        const evidence = onBoard ? 'board-hash' : 'read-twice';
        return { spool, sha256, evidence, [Symbol.asyncDispose]: () => spool.discard() };
      }
      before = sha256;
      isLine ||= onBoard !== undefined;
    } catch (error) {
      const isPrefixGone = attempt === 0 && isBackupError(error, 'content-missing');
      if (!isPrefixGone && !isBackupError(error, 'line-damaged')) throw error;
      isLine ||= attempt > 0;
    } finally {
      if (!accepted) {
        onBytes(-spool.size);
        await spool.discard();
      }
    }
    // It did not just grow, and is read whole.
    if (attempt === 0) continue;
    // If the board cannot hash, it is read twice in any case.
    if (attempt === 1 && before !== undefined && !isLine) continue;
    context.env.log.warn(`${board.url}: ${displayPath(path)} is read again (${attempt} of ${ATTEMPTS} attempts made)`);
  }
  if (isLine) throw lineDamaged(board.url, t('{0} was different each time it was read', displayPath(path)));
  throw new BackupError('file-changed', t('{0} was different each time it was read.', displayPath(path)), {
    path,
    hint: t('Something on the board may be writing to it. If it is not, use a shorter or better cable.'),
  });
}

function growsWithoutEnd(path: BoardPath): BackupError {
  return new BackupError('file-changed', t('{0} is far longer than the board said.', displayPath(path)), {
    path,
    hint: t('Its file system may be damaged. Restart the board and try again, or leave that file out.'),
  });
}
