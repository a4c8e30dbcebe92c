// What lists show of a backup, without its tree.

import type { BackupKind, BackupOrigin, Manifest, ManifestBoard } from '../archive/manifest.js';
import type { ArchiveContent } from '../archive/reader.js';
import { setOf } from '../backupSet.js';
import type { BackupError } from '../errors.js';
import type { Annotation, Verification } from './annotations.js';

/** What a manifest tells of its backup. */
export interface ManifestSummary {
  /** SHA-256 of the manifest's bytes, 64 hex digits. */
  id: string;
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
  /** The backup set that it is of; absent if it is of no named one. */
  set?: string;
}

/** A backup as it stands in a store. `label` is the one that was noted last. */
export interface BackupSummary extends ManifestSummary {
  /** Absolute path of the archive with the manifest. */
  archive: string;
  note: string;
  tags: string[];
  /** True if it must not be deleted. */
  pinned: boolean;
  /** When the board was last found to be exactly like the backup; ISO 8601 in UTC. Absent if that was never checked. */
  checkedAt?: string;
  /** Absent if it was never verified since it was taken. */
  verified?: Verification;
}

/** A backup that was deleted and can be brought back. */
export interface TrashedBackup extends BackupSummary {
  /** ISO 8601 in UTC; absent if nobody knows. */
  deletedAt?: string;
}

/** An archive and what is in it. */
export interface ArchiveHolding {
  /** Absolute path. */
  archive: string;
  /** Bytes of the file. */
  size: number;
  /** Of the backup. */
  id: string;
  boardId: string;
  contents: readonly ArchiveContent[];
}

/** Something that should be read and cannot be: a file that has the name of an archive, a folder. It hides no other. */
export interface UnreadableArchive {
  /** Absolute. */
  path: string;
  error: BackupError;
}

export interface StoreListing {
  /** Newest first: by sequence within a board, by time between boards. */
  backups: BackupSummary[];
  unreadable: UnreadableArchive[];
  /** Folders whose annotations cannot all be read: what is pinned there is not surely known. */
  unclearNotes: UnreadableArchive[];
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

export function summaryOf(manifest: Manifest, id: string): ManifestSummary {
  const { board, kind, origin, sequence, createdAt, label, parent, statistics, errors } = manifest;
  const { files, bytes, read: stored, storedBytes } = statistics;
  const set = setOf(manifest.metadata);
  return {
    id,
    board,
    kind,
    origin,
    sequence,
    createdAt,
    label,
    parent,
    files,
    bytes,
    stored,
    storedBytes,
    errors: errors.length,
    ...(set !== undefined && { set }),
  };
}

/** @param annotation what was noted on it; nothing if it is new */
export function annotated(summary: ManifestSummary, archive: string, annotation: Annotation = {}): BackupSummary {
  const { label = summary.label, note = '', tags = [], pinned = false, checkedAt, verified } = annotation;
  return {
    ...summary,
    archive,
    label,
    note,
    tags,
    pinned,
    ...(checkedAt !== undefined && { checkedAt }),
    ...(verified && { verified }),
  };
}

/**
 * Within a board the sequence decides, since its clock may have stepped back between two backups; which board comes
 * next is decided by the time of its newest backup that is not yet listed (P46).
 *
 * @returns newest first
 */
export function newestFirst<Backup extends BackupSummary>(backups: readonly Backup[]): Backup[] {
  const byBoard = new Map<string, Backup[]>();
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
  const ordered: Backup[] = [];
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
