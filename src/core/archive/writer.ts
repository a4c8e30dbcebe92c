// Writes one archive: files and folders in any order, then the manifest, the checksums and the README (docs/archive-format.md).

import { createHash } from 'node:crypto';
import { BackupError } from '../errors.js';
import { type Message, msg, t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import type { ContentHash } from '../tree.js';
import { encodeChecksums } from './checksums.js';
import { boardPathOf } from './entryName.js';
import { type Excess, excessOf, MANIFEST_LIMITS } from './jsonLimits.js';
import { encodeManifest, type Manifest, type ManifestFile, manifestId } from './manifest.js';
import { createPlacement, isOrdinary } from './placement.js';
import type { CarriedBackup } from './reader.js';
import { readmeOf } from './readme.js';
import { type EntryWriter, tooLarge } from './zipWriter.js';

/** The entry that holds the bytes of a file, and how many bytes it takes in the archive. */
export type StoredContent = Pick<ManifestFile, 'stored' | 'storedSize'>;

export interface ArchiveWriter {
  /** Writes an entry for the folder, so that unzip makes it even if it is empty. */
  addFolder(path: BoardPath): Promise<void>;
  /** @throws BackupError `store-failed` if the content is not what `file` says; the archive cannot be used then */
  addFile(file: FileContent, chunks: AsyncIterable<Uint8Array>): Promise<StoredContent>;
  /** The same under a given name, for content whose entry an existing manifest names. Once for each name. */
  addStored(file: FileContent & Pick<ManifestFile, 'stored'>, chunks: AsyncIterable<Uint8Array>): Promise<void>;
  /** Notes that content which should be here was lost before this archive was written. */
  addLost(sha256: ContentHash): Promise<void>;
  /** Further backups, and the annotations of all of them: only exports have these. */
  addCarried(backup: Pick<CarriedBackup, 'id' | 'manifestBytes'>): Promise<void>;
  addAnnotations(bytes: Uint8Array): Promise<void>;
  /**
   * @param bytes of the manifest, if they exist already, as for a later generation
   * @returns the backup's id
   */
  finish(manifest: Manifest, bytes?: Uint8Array): Promise<string>;
}

const TOO_MUCH: Readonly<Record<Excess, Message>> = {
  bytes: msg('its manifest has more than {0} bytes'),
  depth: msg('its manifest is nested deeper than {0} levels'),
  values: msg('its manifest has more than {0} objects and lists'),
};

export type FileContent = Pick<ManifestFile, 'path' | 'size' | 'sha256' | 'mtime'>;

/** Times that a ZIP can hold in every time zone, in milliseconds since 1970. */
const EARLIEST = Date.UTC(1980, 0, 2);
const LATEST = Date.UTC(2099, 11, 30);

/**
 * @param entries receives the entries; nothing is synced or renamed here
 * @param createdAt milliseconds since 1970, for entries without a time of their own
 * @param canHold which paths can have an entry under their own name
 */
export function createArchiveWriter(entries: EntryWriter, createdAt: number, canHold = isOrdinary): ArchiveWriter {
  const placement = createPlacement(canHold);
  const names = new Set<string>();
  const hashes = new Map<string, string>();
  const storedSizes = new Map<string, number>();

  async function addBytes(name: string, bytes: Uint8Array): Promise<void> {
    names.add(name);
    await entries.addFile(name, zipTime(null, createdAt), bytes.length, once(bytes));
  }

  async function addContent(stored: string, file: FileContent, chunks: AsyncIterable<Uint8Array>): Promise<number> {
    names.add(stored);
    const modified = zipTime(file.mtime, createdAt);
    const storedSize = await entries.addFile(stored, modified, file.size, checked(file, chunks));
    hashes.set(stored, file.sha256);
    storedSizes.set(stored, storedSize);
    return storedSize;
  }

  return {
    async addFolder(path) {
      const name = placement.ofFolder(path);
      if (name !== undefined) await entries.addFolder(name, zipTime(null, createdAt));
    },
    async addFile(file, chunks) {
      const stored = placement.ofFile(file.path, file.sha256);
      // Two files with the same content whose names cannot be used share one object.
      const storedSize = storedSizes.get(stored) ?? (await addContent(stored, file, chunks));
      return { stored, storedSize };
    },
    async addStored(file, chunks) {
      const path = boardPathOf(file.stored);
      if (path !== undefined) placement.keep(path);
      await addContent(file.stored, file, chunks);
    },
    addLost: (sha256) => addBytes(`lost/${sha256}`, new Uint8Array()),
    async addCarried({ id, manifestBytes }) {
      await addBytes(`manifests/${id}.json`, manifestBytes);
      hashes.set(`manifests/${id}.json`, id);
    },
    addAnnotations: (bytes) => addBytes('annotations.json', bytes),
    async finish(manifest, bytes = encodeManifest(manifest)) {
      const excess = excessOf(bytes, MANIFEST_LIMITS);
      if (excess) throw tooLarge(t(TOO_MUCH[excess], MANIFEST_LIMITS[excess]));
      const id = manifestId(bytes);
      await addBytes('manifest.json', bytes);
      hashes.set('manifest.json', id);
      await addBytes('checksums.txt', encodeChecksums(hashes));
      await addBytes('README.txt', readmeOf(manifest, names));
      await entries.finish();
      return id;
    },
  };
}

/** @param mtime seconds by the board's clock, which may be wrong */
function zipTime(mtime: number | null, createdAt: number): number {
  const wanted = mtime === null ? [createdAt] : [mtime * 1000, createdAt];
  return wanted.find((time) => time >= EARLIEST && time <= LATEST) ?? EARLIEST;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Content is found by its hash, so no other content must ever be stored under it. */
async function* checked(
  file: { path: BoardPath; size: number; sha256: ContentHash },
  chunks: AsyncIterable<Uint8Array>,
) {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of chunks) {
    hash.update(chunk);
    size += chunk.length;
    yield chunk;
  }
  if (size === file.size && hash.digest('hex') === file.sha256) return;
  throw new BackupError(
    'store-failed',
    t('The content of {0} changed on its way into the archive.', displayPath(file.path)),
    {
      path: file.path,
      hint: t('Try again; if it happens again, check the disk and the memory of this computer.'),
    },
  );
}
