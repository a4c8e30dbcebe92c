// Opens one archive: its manifest, and which content it holds where.

import { crc32 } from 'node:zlib';
import type { Env } from '../env.js';
import type { BoardPath } from '../paths.js';
import { type ContentHash, parseContentHash } from '../tree.js';
import { damagedArchive } from './archiveBytes.js';
import { boardPathOf } from './entryName.js';
import { MANIFEST_LIMITS } from './jsonLimits.js';
import { isFile, type Manifest, manifestId } from './manifest.js';
import { parseManifest } from './parseManifest.js';
import { openZip, type ZipReader } from './zipReader.js';

/** Content that an archive holds, and the entry that holds it. */
export interface ArchiveContent {
  sha256: ContentHash;
  stored: string;
  storedSize: number;
  /** Bytes of the content as the entry's header gives them. */
  size: number;
}

export interface Archive {
  /** SHA-256 of the manifest's bytes. */
  id: string;
  manifest: Manifest;
  zip: ZipReader;
  /** As the names of the entries and the manifest promise: nothing but reading proves it. */
  contents: ArchiveContent[];
}

/** @throws BackupError `archive-damaged`, `archive-unsupported`, `store-failed`, `store-denied` */
export async function openArchive(env: Env, path: string): Promise<Archive> {
  const zip = await openZip(env, path);
  const bytes = zip.readAlready('manifest.json') ?? (await readSmall(zip, 'manifest.json', MANIFEST_LIMITS.bytes));
  // The manifest cannot hold its own hash: the ZIP's sum tells whether these are the bytes that were written.
  if (crc32(bytes) !== zip.entries.get('manifest.json')?.crc32) throw damagedArchive(path, 'its manifest is damaged');
  const manifest = parseManifest(bytes, path);
  return { id: manifestId(bytes), manifest, zip, contents: contentsOf(zip, manifest) };
}

/** @returns all bytes of an entry that must fit into memory */
export async function readSmall(zip: ZipReader, name: string, limit: number): Promise<Uint8Array> {
  const size = zip.entries.get(name)?.size;
  if (size === undefined) throw damagedArchive(zip.path, `it has no ${name}`);
  if (size > limit) throw damagedArchive(zip.path, `${name} is larger than it can be`);
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.read(name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function contentsOf(zip: ZipReader, manifest: Manifest): ArchiveContent[] {
  const files = new Map<BoardPath, ContentHash>();
  for (const entry of manifest.entries) if (isFile(entry)) files.set(entry.path, entry.sha256);
  return [...zip.entries.values()].flatMap(({ name, storedSize, size }) => {
    const path = name.endsWith('/') ? undefined : boardPathOf(name);
    const sha256 = path === undefined ? objectHash(name) : files.get(path);
    return sha256 === undefined ? [] : [{ sha256, stored: name, storedSize, size }];
  });
}

function objectHash(name: string): ContentHash | undefined {
  return name.startsWith('objects/') ? parseContentHash(name.slice('objects/'.length)) : undefined;
}
