// What a restore is about, path by path. Data only.

import type { BoardPath } from '../paths.js';
import type { ContentHash, UnreadableEntry } from '../tree.js';

/** What a file holds. */
export interface Content {
  /** Bytes. */
  size: number;
  sha256: ContentHash;
}

/** The same, with the path that it has in the backup. */
export type WantedContent = Content & { from: BoardPath };

/** What a board has under a path: a folder, or a file; its hash is null if it cannot be known. */
export type OnBoard = 'folder' | { size: number; sha256: ContentHash | null };

/** A file system of a board. */
export interface BoardMount {
  path: BoardPath;
  kind: 'littlefs' | 'fat' | 'rom' | 'other';
  /** Bytes; null if the board cannot tell. */
  free: number | null;
  /** Nobody can write to it now. */
  isReadOnly?: boolean;
  /** Bytes that it hands out at once; absent if the board does not tell. */
  block?: number;
}

/** A board as it was looked at. */
export interface BoardState {
  present: ReadonlyMap<BoardPath, OnBoard>;
  /** Where it could not look: there may be something, or nothing. */
  unreadable: readonly UnreadableEntry[];
  mounts: readonly BoardMount[];
  can: { rename: boolean; mkdir: boolean };
  /** Paths under which the board opens a file that it lists under another one, or will once that one is written: it was asked. */
  spellings?: ReadonlyMap<BoardPath, BoardPath>;
  /** Files that may share their clusters with what a restore left behind: not the same as wanted, whatever they hold. */
  twins?: ReadonlySet<BoardPath>;
}

/** Whose file is kept if both sides have changed one; `both`: that of the backup goes beside it, under another name. */
export const CONFLICT_CHOICES = ['backup', 'board', 'both'] as const;
export type ConflictChoice = (typeof CONFLICT_CHOICES)[number];

/** What is to become of a path. */
export interface Wanted {
  /** On the board. */
  path: BoardPath;
  /** What should be there: a folder, content with the path that it has in the backup, or nothing. */
  target: 'folder' | WantedContent | null;
  /** Why it is left alone, whatever is there. */
  skip?: SkipReason;
}

export type SkipReason =
  /** The user unticked it. */
  | 'left-out'
  /** A file such as one with passwords, which another board has of its own. */
  | 'device-specific'
  /** It lies on a file system that nobody can write to. */
  | 'read-only'
  /** The file system there takes no such name. */
  | 'bad-name'
  /** The user wanted no safety backup, and what was there before is nowhere. */
  | 'no-way-back';

/**
 * - `new`: nothing is there. `replace`: a file of which the store has the content, or will have it before anything is written
 * - `conflict`: a file that is in no backup as it is now, or is not what it should be; `settled` says what becomes of it
 * - `delete`: there, and not wanted. `same`: already as wanted, and not written (P27)
 * - `blocked`: cannot be done, for the reason given; nothing of a plan with such an item is carried out
 */
export type RestoreAction = 'new' | 'replace' | 'conflict' | 'delete' | 'same' | 'skip' | 'blocked';

export interface RestoreItem {
  /** On the board. */
  path: BoardPath;
  type: 'file' | 'folder';
  action: RestoreAction;
  /** What should be there; null for nothing. */
  wanted: 'folder' | WantedContent | null;
  /** What was there when the board was looked at; null if nothing was. */
  present: OnBoard | null;
  settled?: ConflictChoice;
  /** Of a conflict if both are kept: the name that the file of the backup gets. */
  beside?: BoardPath;
  skip?: SkipReason;
  /** Of what is blocked: a sentence. */
  reason?: string;
}

/** Whether the path is gone once the plan is carried out. */
export function isDeleted({ action, wanted, settled }: RestoreItem): boolean {
  return action === 'delete' || (action === 'conflict' && wanted === null && settled === 'backup');
}
