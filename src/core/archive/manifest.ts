// The manifest of a backup: the whole tree of a board at one moment, as data (docs/archive-format.md is normative). Its bytes are canonical,
// and their SHA-256 is the id of the backup: equal ids mean equal backups.

import { createHash } from 'node:crypto';
import { type BoardPath, bytesFromText } from '../paths.js';
import type { ContentHash, Evidence } from '../tree.js';
import { canonicalJson } from './canonicalJson.js';

/** `full`: all content; `incremental`: what changed since the last backup; `differential`: what changed since the last full one. */
export const KINDS = ['full', 'incremental', 'differential'] as const;
export type BackupKind = (typeof KINDS)[number];

/** Why a backup was taken; retention counts each separately. */
export const ORIGINS = ['manual', 'quick', 'connect', 'session', 'daily', 'weekly', 'monthly', 'safety'] as const;
export type BackupOrigin = (typeof ORIGINS)[number];

/** Rules of a schedule, each of which is also an origin; later ones rank higher. */
export const SCHEDULE_RULES = ['quick', 'connect', 'session', 'daily', 'weekly', 'monthly'] as const;
export type ScheduleRule = (typeof SCHEDULE_RULES)[number];

export interface ManifestMount {
  /** Absolute, as on the board: `/`, `/sd`. */
  path: string;
  /** `littlefs2`, `fat`, `romfs`, …; null if the board cannot tell. */
  type: string | null;
  /** Bytes. */
  size: number | null;
  free: number | null;
  readOnly: boolean | null;
}

export interface ManifestBoard {
  id: string;
  /** What `id` was made from: a board without a unique id may have another id later. */
  idSource: 'unique-id' | 'usb-serial' | 'port';
  name: string;
  machine: string;
  firmware: string;
  mounts: ManifestMount[];
}

/** How the backup was taken: for information only. */
export interface ManifestOptions {
  hashOnBoard: boolean;
  /** The ways of transfer that were used, such as `agent` and `packed by viper`. */
  ways: string[];
}

/** Which part of the board was looked at. What is outside is unknown, not deleted. */
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
  /** Bytes that the content takes in `archive`. */
  storedSize: number;
  /** Seconds since 1970 by the board's clock. */
  mtime: number | null;
  sha256: ContentHash;
  evidence: Evidence;
  /** File name of the archive that held the bytes when this was written. Only a hint: content is found by `sha256`. */
  archive: string;
  /** Name of the entry in that archive. */
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
  /** `storedBytes / readBytes`; 1 if nothing was read. */
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
  /** The lowest version of a reader that can read this. */
  reader: number;
  /** Features that a reader must know in addition. */
  features: string[];
}

export interface Manifest {
  format: ManifestFormat;
  /** The archive's file name when it was written: entries with the same name in `archive` have their bytes in here. */
  archive: string;
  /** Numbers the backups of a board from 1. Their order, since clocks step back (P46). */
  sequence: number;
  /** ISO 8601 in UTC with milliseconds: `2025-11-21T09:10:00.000Z`. */
  createdAt: string;
  /** IANA name of the user's time zone. */
  timeZone: string;
  /** Name and version of the software that wrote it. */
  product: string;
  kind: BackupKind;
  origin: BackupOrigin;
  /** Id of the backup that this one was compared with: for information only. */
  parent: string | null;
  label: string | null;
  /** What the user gave when it was taken. Pairs, since a key may be any text, also `__proto__` (P44). */
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
