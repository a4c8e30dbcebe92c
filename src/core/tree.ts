// The entries that a board or a backup holds. Data only.

import type { BoardPath } from './paths.js';

declare const contentHash: unique symbol;

/** SHA-256 of a file's bytes, 64 lower-case hex digits. */
export type ContentHash = string & { readonly [contentHash]: true };

/** @returns `text` as a hash, or undefined if it is none */
export function parseContentHash(text: string): ContentHash | undefined {
  return text.length === 64 && isHex(text) ? (text as ContentHash) : undefined;
}

const [ZERO, NINE, A, F] = [0x30, 0x39, 0x61, 0x66];

/** By hand, because a listing without an index asks it some hundred thousand times: a regular expression takes three times as long. */
function isHex(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= ZERO && code <= NINE) || (code >= A && code <= F))) return false;
  }
  return true;
}

/**
 * How the content of a file is known (P15): hashed on the board and by the host with the same result; read twice with the
 * same result; or read once, if the board can do no more.
 */
export type Evidence = 'board-hash' | 'read-twice' | 'read-once';

export interface FolderEntry {
  type: 'folder';
  path: BoardPath;
}

/** A file as a board's scan gives it. */
export interface ScannedFile {
  type: 'file';
  path: BoardPath;
  /** Bytes. */
  size: number;
  /** Seconds since 1970 by the board's clock, which is often wrong: a hint, never evidence. */
  mtime?: number;
  /** As the board computed it; absent if the board cannot hash, or was not asked to. */
  sha256?: ContentHash;
}

/** Something that the board named but could not be asked about. It hides nothing else. */
export interface UnreadableEntry {
  path: BoardPath;
  message: string;
}

/** What one pass over a board gives. Paths in no particular order. */
export interface Scan {
  folders: FolderEntry[];
  files: ScannedFile[];
  /** What an interrupted restore left behind under temporary names: no part of the board's own files. */
  temporaries: Array<Pick<ScannedFile, 'path' | 'size'>>;
  unreadable: UnreadableEntry[];
}
