// What a backup must read from the board, and what it holds already. Decides only.

import type { BoardPath } from '../paths.js';
import type { ContentHash, ScannedFile } from '../tree.js';

/** A file, and what the board said of its content. */
export interface HashedFile {
  file: ScannedFile;
  sha256: ContentHash;
}

export interface BackupPlan {
  /** Files whose bytes must travel, large ones first: a good estimate of the time comes early, and the longest risk is taken first. */
  read: ScannedFile[];
  /** Files whose bytes the store holds already, known by the hash that the board computed. */
  held: HashedFile[];
  /** Files whose bytes a backup that was cut off had read: they need not travel again, but have to be stored. */
  left: HashedFile[];
}

/**
 * @param hashes what the board said of its files; a file without a hash is always read
 * @param isHeld whether the store has content that need not be stored again; a full backup holds nothing to be its own
 * @param isLeft whether a backup that was cut off had read this content
 */
export function planBackup(
  files: readonly ScannedFile[],
  hashes: ReadonlyMap<BoardPath, ContentHash>,
  isHeld: (hash: ContentHash) => boolean,
  isLeft: (hash: ContentHash) => boolean,
): BackupPlan {
  const plan: BackupPlan = { read: [], held: [], left: [] };
  for (const file of files) {
    const sha256 = hashes.get(file.path);
    if (sha256 !== undefined && isHeld(sha256)) plan.held.push({ file, sha256 });
    else if (sha256 !== undefined && isLeft(sha256)) plan.left.push({ file, sha256 });
    else plan.read.push(file);
  }
  plan.read.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1));
  return plan;
}
