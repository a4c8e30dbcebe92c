// Reads what is not the same on a board as in a backup, so that it can be shown. Only looks.

import type { ConnectedBoard } from '../board/connect.js';
import { collected } from '../chunks.js';
import { isBackupError } from '../errors.js';
import { type BoardPath, displayPath } from '../paths.js';
import type { ComparedFile, TreeDifference } from '../plan/compareTrees.js';
import { type JobContext, trackPhases } from './job.js';
import { readVerified } from './readVerified.js';

export interface BoardContents {
  /** What the board has, as it was compared: every byte was verified. */
  files: ReadonlyMap<BoardPath, Uint8Array>;
  /** Files that were not read: too large, or they could not be. */
  notRead: readonly BoardPath[];
}

/**
 * @param difference from the backup to the board
 * @param folder where a large file may wait
 * @param most so many bytes are read; small files come first, so that most are seen
 */
export async function readChanged(
  context: JobContext,
  board: ConnectedBoard,
  { added, changed }: TreeDifference,
  { folder, most }: { folder: string; most: number },
): Promise<BoardContents> {
  const there = [...added.filter((entry) => entry.type === 'file'), ...changed.map(({ after }) => after)];
  const smallFirst = there.sort((one, other) => one.size - other.size);
  const wanted: ComparedFile[] = [];
  let total = 0;
  for (const file of smallFirst) {
    if (total + file.size > most) break;
    total += file.size;
    wanted.push(file);
  }
  const files = new Map<BoardPath, Uint8Array>();
  const notRead = smallFirst.slice(wanted.length).map(({ path }) => path);
  const phases = trackPhases(context);
  phases.begin('read', { files: wanted.length, bytes: total });
  for (const file of wanted) {
    phases.file(file.path);
    const bytes = await readOne(context, board, folder, file, (bytes) => phases.add({ bytes }));
    if (bytes) files.set(file.path, bytes);
    else notRead.push(file.path);
    phases.add({ files: 1 });
  }
  return { files, notRead };
}

/** @returns undefined if it cannot be read, or is not what was compared any more: one file hides no other */
async function readOne(
  context: JobContext,
  board: ConnectedBoard,
  folder: string,
  { path, size, sha256 }: ComparedFile,
  onBytes: (bytes: number) => void,
): Promise<Uint8Array | undefined> {
  try {
    await using content = await readVerified(context, board, folder, { path, size }, onBytes);
    if (content.sha256 !== sha256) return undefined;
    return await collected(content.spool.chunks());
  } catch (error) {
    if (!isBackupError(error, 'file-changed') && !isBackupError(error, 'board-error')) throw error;
    context.env.log.warn(`${board.url}: ${displayPath(path)} could not be read: ${error.message}`);
    return undefined;
  }
}
