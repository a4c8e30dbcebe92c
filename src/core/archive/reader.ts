// Opens one archive: reads its manifest, and which entry holds which content.

import { crc32 } from 'node:zlib';
import { collected } from '../chunks.js';
import type { Env } from '../env.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import type { ContentHash } from '../tree.js';
import { damagedArchive } from './archiveErrors.js';
import { boardPathOf, carriedIdOf, hashIn } from './entryName.js';
import { MANIFEST_LIMITS } from './jsonLimits.js';
import { isFile, type Manifest, manifestId } from './manifest.js';
import { parseManifest } from './parseManifest.js';
import { openZip, type ZipReader } from './zipReader.js';

/** Content that an archive holds, and the entry that holds it. */
export interface ArchiveContent {
  sha256: ContentHash;
  stored: string;
  storedSize: number;
  /** Bytes of the content, according to the header of the entry. */
  size: number;
}

export interface Archive {
  /** SHA-256 of the manifest's bytes. */
  id: string;
  manifest: Manifest;
  /** The exact bytes of `manifest.json`: later generations have the same. */
  manifestBytes: Uint8Array;
  zip: ZipReader;
  /** According to the names of the entries and the manifest: only reading the content proves it. */
  contents: ArchiveContent[];
}

/** @throws BackupError `archive-damaged`, `archive-unsupported`, `store-failed`, `store-denied` */
export async function openArchive(env: Env, path: string): Promise<Archive> {
  const zip = await openZip(env, path);
  const bytes = zip.readAlready('manifest.json') ?? (await readSmall(zip, 'manifest.json', MANIFEST_LIMITS.bytes));
  // The manifest cannot contain its own hash, so the CRC of the ZIP says whether these are the bytes that were written.
  if (crc32(bytes) !== zip.entries.get('manifest.json')?.crc32)
    throw damagedArchive(path, t('its manifest is damaged'));
  const manifest = parseManifest(bytes, path);
  return { id: manifestId(bytes), manifest, manifestBytes: bytes, zip, contents: contentsOf(zip, manifest) };
}

/** Content that this archive should have and was already lost when it was written. */
export function lostIn(zip: ZipReader): Set<ContentHash> {
  return new Set([...zip.entries.keys()].flatMap((name) => hashIn(name, 'lost') ?? []));
}

/** Bytes of carried manifests that are read into memory: as many as a thousand backups of a board with 200 files have. */
const MOST_CARRIED = 1 << 26;

/** A further backup in an export. */
export interface CarriedBackup {
  id: string;
  manifest: Manifest;
  manifestBytes: Uint8Array;
}

/** @throws BackupError `archive-damaged` if one does not match the id in its name, `archive-unsupported` */
export async function readCarried(zip: ZipReader): Promise<CarriedBackup[]> {
  const carried: CarriedBackup[] = [];
  let left = MOST_CARRIED;
  for (const { name, size } of zip.entries.values()) {
    const id = carriedIdOf(name);
    if (id === undefined) continue;
    left -= size;
    if (left < 0) throw damagedArchive(zip.path, t('it carries more backups than can be read at once'));
    const manifestBytes = await readSmall(zip, name, MANIFEST_LIMITS.bytes);
    if (manifestId(manifestBytes) !== id) throw damagedArchive(zip.path, t('{0} is not what its name says', name));
    carried.push({ id, manifest: parseManifest(manifestBytes, zip.path), manifestBytes });
  }
  return carried;
}

/** @returns all bytes of an entry that must fit into memory */
export async function readSmall(zip: ZipReader, name: string, limit: number): Promise<Uint8Array> {
  const size = zip.entries.get(name)?.size;
  if (size === undefined) throw damagedArchive(zip.path, t('it has no {0}', name));
  if (size > limit) throw damagedArchive(zip.path, t('{0} is larger than it can be', name));
  return collected(zip.read(name));
}

function contentsOf(zip: ZipReader, manifest: Manifest): ArchiveContent[] {
  const entries = [...zip.entries.values()].map((entry) => {
    return { ...entry, path: entry.name.endsWith('/') ? undefined : boardPathOf(entry.name) };
  });
  // Most archives hold only a few of the files in their manifest.
  const held = new Set(entries.map(({ path }) => path));
  const files = new Map<BoardPath, ContentHash>();
  for (const file of manifest.entries) if (held.has(file.path) && isFile(file)) files.set(file.path, file.sha256);
  return entries.flatMap(({ name, path, storedSize, size }) => {
    const sha256 = path === undefined ? hashIn(name, 'objects') : files.get(path);
    return sha256 === undefined ? [] : [{ sha256, stored: name, storedSize, size }];
  });
}
