// How one file came to be as it is: where its content changed, over the backups of a board. Decides only. A backup that does not
// know what it had there says nothing, and is never taken for one without the file (P31).

import type { Manifest } from '../archive/manifest.js';
import { type BoardPath, isInside } from '../paths.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { scopeTest } from './scope.js';

export interface VersionContent {
  /** Bytes. */
  size: number;
  sha256: ContentHash;
}

/** What one backup has at the path: null if there is no file, undefined if that is not known. */
export interface SeenFile {
  backup: BackupSummary;
  file: VersionContent | null | undefined;
}

export interface FileVersion {
  change: 'added' | 'changed' | 'removed';
  /** Null if it was removed. */
  file: VersionContent | null;
  /** Those that have it so, newest first: the last is the one in which it became so. Never empty. */
  backups: readonly BackupSummary[];
}

export interface FileHistory {
  /** Newest first. Empty if no backup has the file. */
  versions: readonly FileVersion[];
  /** Backups that could not read it, or whose manifests cannot be read. */
  unknown: readonly BackupSummary[];
}

/** @param manifest undefined if it cannot be read */
export function seenIn(backup: BackupSummary, manifest: Manifest | undefined, path: BoardPath): SeenFile {
  return { backup, file: manifest && contentIn(manifest, path) };
}

/** @param seen of one board, newest first */
export function versionsOf(seen: readonly SeenFile[]): FileVersion[] {
  const versions: Array<FileVersion & { backups: BackupSummary[] }> = [];
  // From the oldest on: what changed shows from there.
  for (const { backup, file } of [...seen].reverse()) {
    const last = versions.at(-1);
    if (file === undefined || (file === null && !last)) continue;
    if (last && last.file?.sha256 === file?.sha256) last.backups.unshift(backup);
    else {
      const change = file === null ? 'removed' : last?.file ? 'changed' : 'added';
      versions.push({ change, file, backups: [backup] });
    }
  }
  return versions.reverse();
}

function contentIn({ entries, errors, scope }: Manifest, path: BoardPath): SeenFile['file'] {
  const entry = entries.find((entry) => entry.path === path);
  if (entry?.type === 'file') return { size: entry.size, sha256: entry.sha256 };
  if (entry) return null;
  if (errors.some((error) => isInside(path, error.path))) return undefined;
  return scopeTest(scope)(path) ? null : undefined;
}
