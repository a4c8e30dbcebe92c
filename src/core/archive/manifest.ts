// What one backup knows: the whole tree of a board at one moment, as data. docs/archive-format.md is the normative description.
// The manifest's bytes are canonical, and their SHA-256 is the backup's id: equal ids mean equal backups.

import { createHash } from 'node:crypto';
import { type BoardPath, bytesFromText } from '../paths.js';
import type { ContentHash, Evidence } from '../tree.js';
import { canonicalJson } from './canonicalJson.js';

/** `full`: all bytes; `incremental`: what changed since the last backup; `differential`: since the last full. */
export const KINDS = ['full', 'incremental', 'differential'] as const;
export type BackupKind = (typeof KINDS)[number];

/** Why a backup was taken; retention counts each apart. */
export const ORIGINS = ['manual', 'quick', 'connect', 'session', 'daily', 'weekly', 'monthly', 'safety'] as const;
export type BackupOrigin = (typeof ORIGINS)[number];

/** Rules of a schedule, each of which is the origin of the backups that it has taken; one that comes later counts for more. */
export const SCHEDULE_RULES = ['quick', 'connect', 'session', 'daily', 'weekly', 'monthly'] as const;
export type ScheduleRule = (typeof SCHEDULE_RULES)[number];

export interface ManifestMount {
  /** Absolute, as on the board: `/`, `/sd`. */
  path: string;
  /** `littlefs2`, `fat`, `romfs`, …; null where the board cannot tell. */
  type: string | null;
  /** Bytes. */
  size: number | null;
  free: number | null;
  readOnly: boolean | null;
}

export interface ManifestBoard {
  id: string;
  /** How `id` was known: a board without a unique id may come back under another. */
  idSource: 'unique-id' | 'usb-serial' | 'port';
  name: string;
  machine: string;
  firmware: string;
  mounts: ManifestMount[];
}

/** How the job went about it: for the record, never needed to read. */
export interface ManifestOptions {
  hashOnBoard: boolean;
  /** The ways of transfer that were used, such as `agent` and `packed by viper`. */
  ways: string[];
}

/** Which part of the board was looked at. What lies outside is unknown, not deleted. */
export interface ManifestScope {
  root: BoardPath;
  include: string[];
  exclude: string[];
}

export interface ManifestFolder {
  type: 'folder';
  path: BoardPath;
}

export interface ManifestFile {
  type: 'file';
  path: BoardPath;
  /** Bytes. */
  size: number;
  /** Bytes that the content took in the archive named below. */
  storedSize: number;
  /** Seconds since 1970 by the board's clock. */
  mtime: number | null;
  sha256: ContentHash;
  evidence: Evidence;
  /** File name of the archive that held the bytes when this was written. A hint: `sha256` is the truth. */
  archive: string;
  /** Name of the entry inside that archive. */
  stored: string;
}

export type ManifestEntry = ManifestFolder | ManifestFile;

/** A path that could not be read. It is not deleted, only unknown (P31). */
export interface ManifestError {
  path: BoardPath;
  code: string;
  message: string;
}

export interface ManifestStatistics {
  /** Files and folders of the whole tree, and the bytes of those files. */
  files: number;
  folders: number;
  bytes: number;
  /** Files whose bytes were read in this backup, their bytes, and what those take in its archive. */
  read: number;
  readBytes: number;
  storedBytes: number;
  /** `storedBytes / readBytes`; 1 where nothing was read. */
  ratio: number;
  durationMs: number;
  /** Bytes on the line to the board and from it. */
  wireSent: number;
  wireReceived: number;
  /** `readBytes` for each second of the duration. */
  bytesPerSecond: number;
}

export interface ManifestFormat {
  name: 'blb';
  version: number;
  /** The version of this format that a reader must know at least. */
  reader: number;
  /** What a reader must know besides. */
  features: string[];
}

export interface Manifest {
  format: ManifestFormat;
  /** The archive's file name when it was written: entries with the same name in `archive` have their bytes in here. */
  archive: string;
  /** Counts a board's backups from 1: this orders them, because clocks step back (P46). */
  sequence: number;
  /** ISO 8601 in UTC with milliseconds: `2025-11-21T09:10:00.000Z`. */
  createdAt: string;
  /** IANA name of the zone in which the user lived then. */
  timeZone: string;
  /** Who wrote it: name and version. */
  product: string;
  kind: BackupKind;
  origin: BackupOrigin;
  /** Id of the backup that this one was compared with. For the record, never needed to read. */
  parent: string | null;
  label: string | null;
  /** What the user noted at creation. Pairs, because a key may be any text, `__proto__` too (P44). */
  metadata: [key: string, value: string][];
  board: ManifestBoard;
  options: ManifestOptions;
  scope: ManifestScope;
  /** The WHOLE tree, in the order of the paths' bytes. */
  entries: ManifestEntry[];
  errors: ManifestError[];
  statistics: ManifestStatistics;
}

export const FORMAT: ManifestFormat = { name: 'blb', version: 1, reader: 1, features: [] };

export function isFile(entry: ManifestEntry): entry is ManifestFile {
  return entry.type === 'file';
}

/** @returns canonical JSON in UTF-8: equal manifests have equal bytes */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return Buffer.from(canonicalJson(manifest), 'utf8');
}

/** @returns the backup's id: 64 hex digits */
export function manifestId(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The order of entries: by the bytes of the whole path, as the board holds it. */
export function sortByPath<Entry extends { path: BoardPath }>(entries: Iterable<Entry>): Entry[] {
  return [...entries]
    .map((entry) => ({ entry, bytes: bytesFromText(entry.path) }))
    .sort((one, other) => Buffer.compare(one.bytes, other.bytes))
    .map(({ entry }) => entry);
}
