// Reads content that a store has lost from the board, if it still has it. What is asked for is known by its hash, so nothing else
// can come in its place. Only looks at the board.

import type { ContentPromise } from '../archive/verified.js';
import { withBoard } from '../board/connect.js';
import { isBackupError } from '../errors.js';
import { displayPath, ROOT } from '../paths.js';
import type { ComparedFile } from '../plan/compareTrees.js';
import type { Spool } from '../store/spool.js';
import type { Store } from '../store/store.js';
import type { ContentHash } from '../tree.js';
import { type BoardAddress, connecting, type JobContext, trackPhases } from './job.js';
import { readVerified } from './readVerified.js';
import { treeOnBoard } from './treeOnBoard.js';

/** To be disposed of: large files wait on the disk. */
export interface Recovered extends AsyncDisposable {
  contents: ReadonlyMap<ContentHash, Pick<Spool, 'size' | 'chunks'>>;
}

/** @param lost what is wanted, with the paths at which it was last seen */
export async function recoverFromBoard(
  context: JobContext,
  store: Store,
  address: BoardAddress,
  lost: ReadonlyArray<ComparedFile & ContentPromise>,
): Promise<Recovered> {
  const contents = new Map<ContentHash, Spool>();
  const wanted = new Map(lost.map((file) => [file.sha256, file.size]));
  const discard = async () => {
    for (const spool of contents.values()) await spool.discard();
  };
  try {
    await withBoard(connecting(context, address), async (board) => {
      const { entries } = await treeOnBoard(context, board, { root: ROOT, include: [], exclude: [] }, lost, [ROOT]);
      const files = entries.filter((entry) => entry.type === 'file');
      const found = files.filter(({ sha256, size }) => sha256 !== null && wanted.get(sha256) === size);
      const phases = trackPhases(context);
      phases.begin('read', { files: found.length, bytes: found.reduce((sum, { size }) => sum + size, 0) });
      for (const { path, sha256, size } of found) {
        if (sha256 === null || contents.has(sha256)) continue;
        try {
          const content = await readVerified(context, board, store.root, { path, size }, (bytes) =>
            phases.add({ bytes }),
          );
          if (content.sha256 === sha256) contents.set(sha256, content.spool);
          else await content.spool.discard();
        } catch (error) {
          // One file that cannot be read hides no other.
          if (!isBackupError(error, 'file-changed') && !isBackupError(error, 'board-error')) throw error;
          context.env.log.warn(`${board.url}: ${displayPath(path)} could not be read: ${error.message}`);
        }
        phases.add({ files: 1 });
      }
    });
  } catch (error) {
    await discard();
    throw error;
  }
  return { contents, [Symbol.asyncDispose]: discard };
}
