// Makes every file of a board what it should be. For boards that are written in place: a write that fails has destroyed what was there, and a
// small file system that becomes full may damage files that nobody has written to.

import { BoardException } from '../board/boardErrors.js';
import type { ConnectedBoard } from '../board/connect.js';
import { type BackupError, describeCauses, isBackupError } from '../errors.js';
import { type BoardPath, ROOT } from '../paths.js';
import type { ContentReference } from '../store/contents.js';
import type { Store } from '../store/store.js';
import { hashOnBoard } from './hashOnBoard.js';
import { type JobContext, trackPhases } from './job.js';
import { putFile } from './putFile.js';

const ROUNDS = 4;

/**
 * @param wanted every file that should be there, with content that the store has
 * @param other files whose content nobody knows: they stay as they are
 * @returns how many rounds of writing it took, 0 if everything was right already; undefined if it could not be done
 * @throws BackupError if the board or the line to it is gone
 */
export async function makeAs(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  wanted: ReadonlyMap<BoardPath, ContentReference>,
  other: ReadonlySet<BoardPath>,
): Promise<number | undefined> {
  for (let round = 0; round < ROUNDS; round++) {
    const found = await contentsOf(context, board);
    const isRight = (path: BoardPath) => wanted.has(path) && found.get(path) === wanted.get(path)?.sha256;
    const paths = new Set([...wanted.keys(), ...found.keys()].filter((path) => !other.has(path)));
    const wrong = [...paths].filter((path) => !isRight(path));
    if (wrong.length === 0) return round;
    // Damage may come from a file that looks right: from the second round on, everything is rewritten.
    const again = round === 0 ? wrong : [...paths];
    await quietly(context, board, async () => {
      for (const path of again) if (found.has(path)) await board.files.remove(path, 'file', context.signal);
    });
    for (const path of again) {
      const file = wanted.get(path);
      if (!file) continue;
      const toPut = { path, sha256: file.sha256, chunks: () => store.readContent(file) };
      await quietly(context, board, () => putFile(context, board, toPut, path));
    }
  }
  return undefined;
}

/** The hash of every file on the board; undefined for one that cannot be read. */
async function contentsOf(context: JobContext, board: ConnectedBoard): Promise<Map<BoardPath, string | undefined>> {
  const { files } = await board.files.scan(ROOT, [], { signal: context.signal });
  const hashes = await hashOnBoard(context, board, trackPhases(context), 'check', files);
  return new Map([...hashes].map(([path, hash]) => [path, typeof hash === 'string' ? hash : undefined]));
}

/** Errors of one file do not matter here: the next round sees whether the file is right. */
async function quietly({ env }: JobContext, board: ConnectedBoard, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isPassing(error)) throw error;
    env.log.warn(`${board.url}: ${describeCauses(error)}`);
  }
}

function isPassing(error: unknown): error is BackupError {
  return isBackupError(error) && (error.cause instanceof BoardException || error.code === 'line-damaged');
}
