// What a manifest says of the board: figures for the record, which end no backup.

import type { ManifestBoard } from '../archive/manifest.js';
import type { ConnectedBoard } from '../board/connect.js';
import { isBackupError } from '../errors.js';
import { ROOT } from '../paths.js';
import type { JobContext } from './job.js';

export async function describeBoard(context: JobContext, board: ConnectedBoard): Promise<ManifestBoard> {
  const space = await spaceOf(context, board);
  const root = { path: '/', type: null, size: space?.total ?? null, free: space?.free ?? null, readOnly: null };
  return { ...board.identity, mounts: [root] };
}

/** Some file systems count every block before they tell, which takes longer than we wait. */
async function spaceOf(
  { env, signal }: JobContext,
  board: ConnectedBoard,
): Promise<{ total: number; free: number } | undefined> {
  try {
    return await board.files.space(ROOT, signal);
  } catch (error) {
    if (!isBackupError(error, 'board-silent') && !isBackupError(error, 'line-damaged')) throw error;
    env.log.warn(`${board.url}: the free space is unknown: ${error.message}`);
    return undefined;
  }
}
