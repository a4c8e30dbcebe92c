// The names that entries of an archive can have. Any other is refused before anything is read from it (P44).

import { isBackupError } from '../errors.js';
import { type BoardPath, parseBoardPath } from '../paths.js';
import { type ContentHash, parseContentHash } from '../tree.js';
import { isOrdinary } from './placement.js';

/** What most names are, and what needs no closer look. */
const PLAIN = /^files\/[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;
const SURELY_SHORT = 255;
const FIXED = ['manifest.json', 'checksums.txt', 'README.txt', 'annotations.json'];
const HASHED = /^(?:(?:objects|lost)\/[0-9a-f]{64}|manifests\/[0-9a-f]{64}\.json)$/;

/** @param raw the bytes that `name` was read from: what is not UTF-8 is no name */
export function isEntryName(name: string, raw: Uint8Array): boolean {
  if (!Buffer.from(name, 'utf8').equals(raw)) return false;
  return FIXED.includes(name) || HASHED.test(name) || boardPathOf(name) !== undefined;
}

/** @returns the hash in the name of an entry `objects/…` or `lost/…` */
export function hashIn(name: string, folder: 'objects' | 'lost'): ContentHash | undefined {
  return name.startsWith(`${folder}/`) ? parseContentHash(name.slice(folder.length + 1)) : undefined;
}

/** @returns the id of a backup that an export carries along besides its own */
export function carriedIdOf(name: string): string | undefined {
  return /^manifests\/([0-9a-f]{64})\.json$/.exec(name)?.[1];
}

/** @returns the path of the file or folder that an entry `files/…` stands for; undefined for all other entries */
export function boardPathOf(name: string): BoardPath | undefined {
  if (name.length <= SURELY_SHORT && PLAIN.test(name)) return parseBoardPath(name.slice('files/'.length));
  const [, path] = /^files\/(.+?)\/?$/s.exec(name) ?? [];
  if (path === undefined) return undefined;
  try {
    const parsed = parseBoardPath(path);
    return isOrdinary(parsed) ? parsed : undefined;
  } catch (error) {
    if (isBackupError(error, 'bad-name')) return undefined;
    throw error;
  }
}
