// Names in a store: of the folder of a board, and of its archives.

import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';
import { innerName, stemOf } from '../archive/archiveName.js';
import type { ManifestFile } from '../archive/manifest.js';

const LONGEST_SLUG = 40;
/** More seconds than anybody waits for a name. */
const MOST_TRIES = 3600;

/**
 * @returns a name that every file system takes, that a person recognises, and that no other board has:
 *   `kitchen-sensor-1a2b3c4d`
 */
export function boardFolderName(board: { id: string; name: string }): string {
  const plain = board.name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug =
    plain
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, LONGEST_SLUG)
      .replace(/^-|-$/g, '') || 'board';
  return `${slug}-${createHash('sha256').update(board.id).digest('hex').slice(0, 8)}`;
}

/**
 * The folder for new archives of a board: the one that has its backups, also if somebody has renamed it. The root of the store is not
 * taken, even if archives were put there: it belongs to no board.
 *
 * @param backups those of the board, with absolute paths
 * @returns an absolute path
 */
export function folderOf(
  root: string,
  board: { id: string; name: string },
  backups: ReadonlyArray<{ archive: string }>,
): string {
  const folders = backups.map(({ archive }) => dirname(archive));
  return folders.find((folder) => folder !== resolve(root)) ?? join(root, boardFolderName(board));
}

/**
 * @param archive path within the store
 * @returns the folder within the store that the archive is in; for one at the top, the folder that its board would have
 */
export function folderWithin(archive: string, board: { id: string; name: string }): string {
  const folder = dirname(archive);
  return folder === '.' ? boardFolderName(board) : folder;
}

/** `backup_YYYYMMDD_HHMMSS.blb` in UTC, then the seconds after it. @param createdAt milliseconds since 1970 */
export function* archiveNames(createdAt: number): Generator<string> {
  for (let second = 0; second < MOST_TRIES; second++) {
    const digits = new Date(createdAt + second * 1000).toISOString().replace(/\D/g, '');
    yield `backup_${digits.slice(0, 8)}_${digits.slice(8, 14)}.blb`;
  }
}

/** A merge writes a new generation beside the old one: `backup_….2.blb`. @returns 1 for the first */
export function generationOf(archive: string): number {
  return Number(/\.(\d{1,6})\.blb$/.exec(innerName(archive))?.[1] ?? 1);
}

/**
 * Whether the bytes of a file came with its backup: it was new or changed then. A manifest names the archive that it was written for,
 * and stays the same in later generations and when that one is encrypted.
 *
 * @param archive of the backup: its path, or its name as the manifest has it
 */
export function cameWith(archive: string, file: Pick<ManifestFile, 'archive'>): boolean {
  return stemOf(basename(archive)) === stemOf(file.archive);
}

/** The names for a generation after this one, the next number first; in the same form, encrypted or not. */
export function* laterGenerations(archive: string): Generator<string> {
  const inner = innerName(archive);
  const ending = `.blb${archive.slice(inner.length)}`;
  const first = generationOf(archive) + 1;
  for (let generation = first; generation < first + MOST_TRIES; generation++)
    yield `${stemOf(archive)}.${generation}${ending}`;
}

/** Its own name, then those of later generations. */
export function* nextNames(archive: string): Generator<string> {
  yield archive;
  yield* laterGenerations(archive);
}
