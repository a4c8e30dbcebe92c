// P07: whether a backup fits on the disk is asked before the first byte leaves the board.

import { dirname } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';

/** What an archive takes besides the content, generously: names, hashes, headers; manifest, checksums, README. */
const BYTES_PER_ENTRY = 600;
const BYTES_PER_ARCHIVE = 16_384;

/** @throws BackupError `store-full` with both figures; `store-denied`, `store-failed` */
export async function checkSpace(env: Env, root: string, bytes: number, entries: number): Promise<void> {
  const needed = bytes + entries * BYTES_PER_ENTRY + BYTES_PER_ARCHIVE;
  const free = await freeSpaceFor(env, root);
  if (free >= needed) return;
  throw new BackupError(
    'store-full',
    `The backup needs up to ${formatBytes(needed)}, and ${root} has ${formatBytes(free)} free.`,
    {
      path: root,
      hint: 'Free some space there, or choose another folder for the backups.',
    },
  );
}

/** The store may not exist yet: then the disk of the nearest folder above it counts. */
async function freeSpaceFor(env: Env, root: string): Promise<number> {
  try {
    let path = root;
    while (!(await env.fs.info(path)) && dirname(path) !== path) path = dirname(path);
    return await env.fs.freeSpace(path);
  } catch (error) {
    throw diskError(error, root);
  }
}

function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
