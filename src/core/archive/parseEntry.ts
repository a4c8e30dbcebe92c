// One entry of a manifest from outside (P44). A store of a thousand backups has some hundred thousand of them, and each is looked
// at whenever its index is gone: so they are checked by hand, and not by a schema.

import { isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, parseBoardPath, ROOT } from '../paths.js';
import { type ContentHash, type Evidence, parseContentHash } from '../tree.js';
import { boardPathOf } from './entryName.js';
import type { ManifestEntry } from './manifest.js';

const EVIDENCE: ReadonlySet<unknown> = new Set<Evidence>(['board-hash', 'read-twice', 'read-once']);
const FILE_NAME = /^[^/\\\x00-\x1f]+$/;

/** @returns what an entry must have and nothing else; or, as a text, which part of it is none (P47: and not what it is) */
export function parseEntry(value: unknown): ManifestEntry | string {
  if (!isRecord(value)) return t('is not an object');
  const path = pathOf(value.path);
  if (path === undefined) return 'path';
  if (value.type === 'folder') return { type: 'folder', path };
  if (value.type !== 'file') return 'type';
  const { size, storedSize, mtime, evidence, archive, stored } = value;
  const sha256 = typeof value.sha256 === 'string' ? parseContentHash(value.sha256) : undefined;
  if (!isCount(size)) return 'size';
  if (!isCount(storedSize)) return 'storedSize';
  if (mtime !== null && !isInteger(mtime)) return 'mtime';
  if (sha256 === undefined) return 'sha256';
  if (!isEvidence(evidence)) return 'evidence';
  if (!isFileName(archive)) return 'archive';
  if (!isPlace(stored, sha256)) return 'stored';
  return { type: 'file', path, size, storedSize, mtime, sha256, evidence, archive, stored };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

export function isCount(value: unknown): value is number {
  return isInteger(value) && value >= 0;
}

function isEvidence(value: unknown): value is Evidence {
  return EVIDENCE.has(value);
}

/** @returns whether archives may have this name, which leads to no other folder */
export function isFileName(value: unknown): value is string {
  return typeof value === 'string' && FILE_NAME.test(value);
}

/** Where the bytes of a file with this hash can stand. */
function isPlace(stored: unknown, sha256: ContentHash): stored is string {
  if (typeof stored !== 'string') return false;
  return stored === `objects/${sha256}` || (boardPathOf(stored) !== undefined && !stored.endsWith('/'));
}

/** The root is no entry. */
function pathOf(value: unknown): BoardPath | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    const path = parseBoardPath(value);
    return path === ROOT ? undefined : path;
  } catch (error) {
    if (isBackupError(error, 'bad-name')) return undefined;
    throw error;
  }
}
