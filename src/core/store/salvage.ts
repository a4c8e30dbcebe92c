// What can still be had from an archive whose directory or manifest cannot be read: every entry that stands whole in it, found by
// going from one local header to the next, and known by nothing but its hash.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { MANIFEST_LIMITS } from '../archive/jsonLimits.js';
import { manifestId } from '../archive/manifest.js';
import { parseManifest } from '../archive/parseManifest.js';
import type { CarriedBackup } from '../archive/reader.js';
import { type ContentPromise, proven } from '../archive/verified.js';
import { findRemains, type RemainingEntry, readRemains } from '../archive/zipRemains.js';
import { collected } from '../chunks.js';
import type { Env } from '../env.js';
import { isBackupError, throwIfCancelled } from '../errors.js';
import type { ContentHash } from '../tree.js';

export interface Salvage {
  /** Absolute path of the archive. */
  archive: string;
  /** The backup itself, if its manifest is whole. */
  backup: CarriedBackup | undefined;
  /** Sizes of the content that is whole. */
  contents: ReadonlyMap<ContentHash, number>;
  /** Content that {@link contents} names, proven right. @throws BackupError `archive-damaged` */
  read(content: ContentPromise): AsyncIterable<Uint8Array>;
}

/** @throws BackupError `cancelled`; what cannot be read is passed over */
export async function salvage(env: Env, archive: string, signal?: AbortSignal): Promise<Salvage> {
  const places = new Map<ContentHash, RemainingEntry>();
  let backup: CarriedBackup | undefined;
  for (const entry of (await whole(() => findRemains(env, archive))) ?? []) {
    throwIfCancelled(signal);
    if (entry.name === 'manifest.json') backup = await whole(() => manifestIn(env, archive, entry));
    if (!/^(files|objects)\/.*[^/]$/s.test(entry.name)) continue;
    const sha256 = await whole(() => hashOf(env, archive, entry));
    if (sha256) places.set(sha256, entry);
  }
  return {
    archive,
    backup,
    contents: new Map([...places].map(([sha256, { size }]) => [sha256, size])),
    async *read(content) {
      const entry = places.get(content.sha256);
      if (entry) yield* await proven(() => readRemains(env, archive, entry), content, archive);
    },
  };
}

/** @returns undefined if what is read is damaged, or the disk does not read it */
async function whole<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return undefined;
  }
}

/** A manifest cannot hold its own hash: the ZIP's sum tells whether these are the bytes that were written. */
async function manifestIn(env: Env, archive: string, entry: RemainingEntry): Promise<CarriedBackup | undefined> {
  if (entry.size > MANIFEST_LIMITS.bytes) return undefined;
  const manifestBytes = await collected(readRemains(env, archive, entry));
  if (crc32(manifestBytes) !== entry.crc32) return undefined;
  return { id: manifestId(manifestBytes), manifest: parseManifest(manifestBytes, archive), manifestBytes };
}

async function hashOf(env: Env, archive: string, entry: RemainingEntry): Promise<ContentHash> {
  const hash = createHash('sha256');
  for await (const chunk of readRemains(env, archive, entry)) hash.update(chunk);
  return hash.digest('hex') as ContentHash;
}
