// P07: whether a backup fits on the disk is asked before the first byte leaves the board.

import { dirname } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { bytes as formatted } from '../text.js';
import { spoolOnDisk } from './spool.js';

/** What an archive takes besides the content, generously: names, hashes, headers; manifest, checksums, README. */
const BYTES_PER_ENTRY = 600;
const BYTES_PER_ARCHIVE = 16_384;

/** What a backup is going to read, and the size of the tree around it. */
export interface BackupSize {
  /** Bytes that will be read, and those of the largest file among them. */
  bytes: number;
  largest: number;
  /** Files and folders of the whole tree. */
  entries: number;
}

/** @throws BackupError `store-full` with both figures; `store-denied`, `store-failed` */
export async function checkSpace(env: Env, root: string, size: BackupSize): Promise<void> {
  const { bytes, largest, entries } = size;
  // A large file lies on the disk twice for a while: as it came, and in the archive.
  const needed = bytes + spoolOnDisk(largest) + entries * BYTES_PER_ENTRY + BYTES_PER_ARCHIVE;
  const free = await freeSpaceFor(env, root);
  if (free >= needed) return;
  throw new BackupError(
    'store-full',
    t('The backup needs up to {0}, and {1} has {2} free.', formatted(needed), root, formatted(free)),
    {
      path: root,
      hint: t('Free some space there, or choose another folder for the backups.'),
    },
  );
}

/**
 * The store may not exist yet: then the disk of the nearest folder above it counts.
 *
 * @throws BackupError `store-denied`, `store-failed`
 */
export async function freeSpaceFor(env: Env, root: string): Promise<number> {
  try {
    let path = root;
    while (!(await env.fs.info(path)) && dirname(path) !== path) path = dirname(path);
    return await env.fs.freeSpace(path);
  } catch (error) {
    throw diskError(error, root);
  }
}
