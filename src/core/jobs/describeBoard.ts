// What a manifest says of the board: figures for the record, which end no backup.

import type { ManifestBoard, ManifestMount } from '../archive/manifest.js';
import type { Space } from '../board/boardFiles.js';
import type { ConnectedBoard } from '../board/connect.js';
import { type ErrorCode, isBackupError } from '../errors.js';
import { displayPath, parseUserPath } from '../paths.js';
import type { JobContext } from './job.js';

/** What firmware calls its file systems. */
const TYPES = new Map([
  ['VfsLfs1', 'littlefs1'],
  ['VfsLfs2', 'littlefs2'],
  ['VfsFat', 'fat'],
  ['VfsRom', 'romfs'],
]);

/** With these, the figures are unknown, and nothing else is wrong. */
const NO_MATTER: ReadonlySet<ErrorCode> = new Set(['board-silent', 'line-damaged', 'bad-name']);

export async function describeBoard(context: JobContext, board: ConnectedBoard): Promise<ManifestBoard> {
  const mounts = (await mountsNow(context, board)).map(({ block: _, ...mount }) => mount);
  return { ...board.identity, mounts };
}

export interface MountNow extends ManifestMount {
  /** Bytes that it hands out at once; null if the board does not tell. */
  block: number | null;
}

/** Its file systems as they are now; one at `/` if it does not tell of any. */
export async function mountsNow(context: JobContext, board: ConnectedBoard): Promise<MountNow[]> {
  const told = board.profile.mounts;
  const mounts: MountNow[] = [];
  for (const { path, type } of told.length > 0 ? told : [{ path: '/', type: '' }]) {
    const space = await spaceOf(context, board, path);
    const typeName = TYPES.get(type) ?? (type === '' ? null : type);
    const { total = null, free = null, block = null } = space ?? {};
    const readOnly = path === '/' ? (board.profile.isReadOnly ?? null) : null;
    mounts.push({ path, type: typeName, size: total, free, readOnly, block });
  }
  return mounts;
}

/** Some file systems count every block before they tell, which takes longer than we wait. */
async function spaceOf({ env, signal }: JobContext, board: ConnectedBoard, mount: string): Promise<Space | undefined> {
  try {
    return await board.files.space(parseUserPath(mount), signal);
  } catch (error) {
    if (!isBackupError(error) || !NO_MATTER.has(error.code)) throw error;
    env.log.warn(`${board.url}: the free space of ${displayPath(mount)} is unknown: ${error.message}`);
    return undefined;
  }
}
