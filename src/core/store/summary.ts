// What lists show of a backup, without its tree.

import type { BackupKind, BackupOrigin, Manifest, ManifestBoard } from '../archive/manifest.js';
import type { BackupError } from '../errors.js';

export interface BackupSummary {
  /** SHA-256 of the manifest's bytes, 64 hex digits. */
  id: string;
  /** Absolute path of the archive with the manifest. */
  archive: string;
  board: ManifestBoard;
  kind: BackupKind;
  origin: BackupOrigin;
  /** Orders the backups of one board (P46). */
  sequence: number;
  /** ISO 8601 in UTC. */
  createdAt: string;
  label: string | null;
  parent: string | null;
  /** Files of the whole tree, and their bytes. */
  files: number;
  bytes: number;
  /**
   * Files whose bytes stand in this backup's own archive, and what those take there. Not how many were read from the board: one
   * that cannot hash has all of its files read, whatever the store has already.
   */
  stored: number;
  storedBytes: number;
  /** How many paths could not be read. */
  errors: number;
}

/** A file that has the name of an archive and cannot be read as one. It hides no other. */
export interface UnreadableArchive {
  /** Absolute. */
  path: string;
  error: BackupError;
}

export interface StoreListing {
  /** Newest first: by sequence within a board, by time between boards. */
  backups: BackupSummary[];
  unreadable: UnreadableArchive[];
}

/** One place that holds some content. */
export interface ContentPlace {
  /** Absolute path of the archive. */
  archive: string;
  /** Name of the entry inside it, and the bytes that it takes there. */
  stored: string;
  storedSize: number;
  /** Bytes of the content as that entry gives them: a file of another size is not this content, whatever a manifest says. */
  size: number;
}

export function summaryOf(manifest: Manifest, id: string): Omit<BackupSummary, 'archive'> {
  const { board, kind, origin, sequence, createdAt, label, parent, statistics, errors } = manifest;
  const { files, bytes, read: stored, storedBytes } = statistics;
  return {
    ...{ id, board, kind, origin, sequence, createdAt, label, parent },
    ...{ files, bytes, stored, storedBytes, errors: errors.length },
  };
}

/**
 * Within a board the sequence decides, since its clock may have stepped back between two backups; which board comes
 * next is decided by the time of its newest backup that is not yet listed (P46).
 *
 * @returns newest first
 */
export function newestFirst(backups: readonly BackupSummary[]): BackupSummary[] {
  const byBoard = new Map<string, BackupSummary[]>();
  for (const backup of backups) {
    const queue = byBoard.get(backup.board.id);
    if (queue) queue.push(backup);
    else byBoard.set(backup.board.id, [backup]);
  }
  const queues = [...byBoard.values()];
  for (const queue of queues) {
    queue.sort(
      (one, other) =>
        other.sequence - one.sequence || compare(other.createdAt, one.createdAt) || compare(one.id, other.id),
    );
  }
  const ordered: BackupSummary[] = [];
  while (ordered.length < backups.length) {
    const heads = queues.flatMap((queue) => queue[0] ?? []);
    const newest = heads.reduce((best, head) => (head.createdAt > best.createdAt ? head : best));
    ordered.push(newest);
    queues.find((queue) => queue[0] === newest)?.shift();
  }
  return ordered;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
