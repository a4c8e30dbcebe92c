// Writes an archive of a backup that exists already: a later generation with more content, or one that travels. The manifest
// stays as it is, byte for byte; only which of its content stands beside it changes.

import { type BoardPath, ROOT } from '../paths.js';
import type { ContentHash } from '../tree.js';
import { isFile, type Manifest } from './manifest.js';
import type { CarriedBackup } from './reader.js';
import type { ContentPromise } from './verified.js';
import { createArchiveWriter } from './writer.js';
import type { EntryWriter } from './zipWriter.js';

/** What an archive is to contain. */
export interface ArchivePlan {
  manifest: Manifest;
  manifestBytes: Uint8Array;
  /** Further content for the archive, besides that of its own backup. What is not in the manifest becomes an object. */
  hold: ReadonlyMap<ContentHash, ContentPromise>;
  /** Own content that is nowhere to be had: the archive says so. */
  lost: ReadonlySet<ContentHash>;
  /** Folders that get an entry. */
  folders: readonly BoardPath[];
  carried: readonly CarriedBackup[];
  annotations: Uint8Array | undefined;
  /** Set where names have to fit a disk: then own content need not stand where the manifest says. */
  canHold?: (path: BoardPath) => boolean;
}

/** @returns a plan that holds the backup's own content and nothing else; to be spread and changed */
export function planOf(backup: Pick<CarriedBackup, 'manifest' | 'manifestBytes'>): ArchivePlan {
  const { manifest, manifestBytes } = backup;
  const folders = manifest.entries.filter(({ type }) => type === 'folder').map(({ path }) => path);
  const nothing = { hold: new Map(), lost: new Set<never>(), carried: [], annotations: undefined };
  return { manifest, manifestBytes, folders, ...nothing };
}

/** @returns the content that `plan` calls for, each once */
export function contentOf({ manifest, hold, lost }: ArchivePlan): ContentPromise[] {
  const own = manifest.entries.filter(isFile).filter((file) => file.archive === manifest.archive);
  const wanted = new Map([...hold, ...own.map((file) => [file.sha256, file] as const)]);
  return [...wanted.values()].filter(({ sha256 }) => !lost.has(sha256));
}

/**
 * @param read gives content, proven right
 * @param onContent is told the bytes of each piece of content that is in
 * @returns the backup's id
 */
export async function rewriteArchive(
  entries: EntryWriter,
  plan: ArchivePlan,
  read: (content: ContentPromise & { path: BoardPath }) => AsyncIterable<Uint8Array>,
  onContent: (bytes: number) => void = () => {},
): Promise<string> {
  const { manifest, hold, lost } = plan;
  const writer = createArchiveWriter(entries, Date.parse(manifest.createdAt), plan.canHold);
  const files = manifest.entries.filter(isFile);
  const own = files.filter((file) => file.archive === manifest.archive);
  const unnamed = new Map(hold);

  // Where own content stands, the manifest has said forever; the rest takes what names are left.
  for (const file of new Map(own.map((file) => [file.stored, file])).values()) {
    if (lost.has(file.sha256)) continue;
    if (plan.canHold) await writer.addFile(file, read(file));
    else await writer.addStored(file, read(file));
    onContent(file.size);
    unnamed.delete(file.sha256);
  }
  for (const sha256 of new Set(own.map((file) => file.sha256))) if (lost.has(sha256)) await writer.addLost(sha256);
  for (const path of plan.folders) await writer.addFolder(path);
  for (const file of files) {
    if (file.archive === manifest.archive || hold.get(file.sha256)?.size !== file.size) continue;
    await writer.addFile(file, read(file));
    onContent(file.size);
    unnamed.delete(file.sha256);
  }
  for (const content of unnamed.values()) {
    const object = { ...content, path: ROOT, mtime: null, stored: `objects/${content.sha256}` };
    await writer.addStored(object, read(object));
    onContent(content.size);
  }
  for (const backup of plan.carried) await writer.addCarried(backup);
  if (plan.annotations) await writer.addAnnotations(plan.annotations);
  return writer.finish(manifest, plan.manifestBytes);
}
