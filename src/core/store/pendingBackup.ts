// A backup that is being taken: entries are added to an archive, and nothing shows in the store until `commit` has verified it.

import { basename, dirname } from 'node:path';
import { name as product, version } from '../../../package.json';
import { innerName } from '../archive/archiveName.js';
import {
  type BackupKind,
  type BackupOrigin,
  FORMAT,
  isFile,
  type Manifest,
  type ManifestBoard,
  type ManifestEntry,
  type ManifestError,
  type ManifestFile,
  type ManifestOptions,
  type ManifestScope,
  type ManifestStatistics,
  sortByPath,
} from '../archive/manifest.js';
import { createArchiveWriter } from '../archive/writer.js';
import { createZipWriter } from '../archive/zipWriter.js';
import type { Env } from '../env.js';
import { type BackupError, throwIfCancelled } from '../errors.js';
import type { BoardPath } from '../paths.js';
import type { ContentHash } from '../tree.js';
import { contentMissing } from './contents.js';
import type { DurableFile } from './durable.js';
import { proveOnDisk } from './proveOnDisk.js';
import { annotated, type BackupSummary, type ContentPlace, summaryOf } from './summary.js';

/** A file as the job knows it, without its place in an archive. */
export type BackedUpFile = Pick<ManifestFile, 'path' | 'size' | 'mtime' | 'sha256' | 'evidence'>;

/** What is known of a backup before its first file is read. */
export interface BackupDraft {
  kind: BackupKind;
  origin: BackupOrigin;
  label: string | null;
  metadata: [key: string, value: string][];
  scope: ManifestScope;
  /** The backup that this one was compared with; null if everything is read. */
  base: { id: string; manifest: Manifest } | null;
}

/** What is known of a backup only at the end. */
export interface BackupOutcome {
  options: ManifestOptions;
  durationMs: number;
  /** Bytes on the line to the board and from it. */
  wireSent: number;
  wireReceived: number;
}

export interface PendingBackup {
  /** Absolute path that the archive will have. */
  readonly archive: string;

  addFolder(path: BoardPath): Promise<void>;

  /**
   * @param chunks the verified content: it must have the size and hash in `file`, else the whole backup fails, since nothing can be removed
   *   from an archive
   */
  addFile(file: BackedUpFile, chunks: AsyncIterable<Uint8Array>): Promise<void>;

  /**
   * Adds a file whose content is in the store already.
   *
   * @param distrusted absolute paths of archives that are not used
   * @throws BackupError `content-missing`, also if the content has another size: then the file must be read
   */
  keepFile(file: BackedUpFile, distrusted?: ReadonlySet<string>): Promise<void>;

  /** Adds a path that could not be read (P31). */
  addError(error: ManifestError): void;

  /**
   * Writes the manifest, verifies the archive from disk (P14) and gives it its name. Rejecting, it leaves nothing behind; only
   * if it was cancelled, `abandon` or `setAside` still has to be called. Needs no board.
   */
  commit(outcome: BackupOutcome, signal?: AbortSignal): Promise<BackupSummary>;

  /**
   * Ends the backup, and leaves the files that were added so far for the next one, which need not read them again (P33). Never rejects.
   *
   * @returns how many files are left
   */
  setAside(): Promise<number>;

  /** Ends the backup and leaves nothing. Never rejects; does nothing after `commit`. */
  abandon(): Promise<void>;
}

/** What is known when the archive is opened. */
export interface PendingBackupStart {
  board: ManifestBoard;
  draft: BackupDraft;
  sequence: number;
  /** Milliseconds since 1970. */
  createdAt: number;
  file: DurableFile;
  /** Errors of archives that could not be read and may hold content that is looked for. */
  hidden: readonly BackupError[];
  /** @returns the places that hold this content */
  locate(sha256: ContentHash): Promise<readonly ContentPlace[]>;
}

export async function createPendingBackup(env: Env, start: PendingBackupStart): Promise<PendingBackup> {
  const { board, draft, file: archive } = start;
  // The manifest of an encrypted archive has the name of the decrypted one.
  const name = innerName(basename(archive.path));
  const writer = createArchiveWriter(await createZipWriter(archive), start.createdAt);
  const entries: ManifestEntry[] = [];
  const errors: ManifestError[] = [];
  const oldFolders = new Set(
    draft.base?.manifest.entries.filter(({ type }) => type === 'folder').map(({ path }) => path),
  );

  function manifestOf(outcome: BackupOutcome): Manifest {
    return {
      format: FORMAT,
      archive: name,
      sequence: start.sequence,
      createdAt: new Date(start.createdAt).toISOString(),
      timeZone: env.clock.timeZone(),
      product: `${product} ${version}`,
      kind: draft.kind,
      origin: draft.origin,
      parent: draft.base?.id ?? null,
      label: draft.label,
      metadata: draft.metadata,
      board,
      options: outcome.options,
      scope: draft.scope,
      entries: sortByPath(entries),
      errors: sortByPath(errors),
      statistics: statisticsOf(entries, name, outcome),
    };
  }

  return {
    archive: archive.path,
    async addFolder(path) {
      // The manifest lists every folder; the ZIP needs an entry only for those that no earlier archive has.
      if (!oldFolders.has(path)) await writer.addFolder(path);
      entries.push({ type: 'folder', path });
    },
    async addFile(file, chunks) {
      const { path, size, mtime, sha256, evidence } = file;
      const stored = await writer.addFile(file, chunks);
      entries.push({ type: 'file', path, size, mtime, sha256, evidence, archive: name, ...stored });
    },
    async keepFile({ path, size, mtime, sha256, evidence }, distrusted) {
      // The size must match: size and hash may be from two moments, and such an entry could never be read. And only archives in the folder
      // of the board are used, so that nothing of it is lost if the folder of another board is removed.
      const isOwn = (held: ContentPlace) =>
        dirname(held.archive) === dirname(archive.path) && !distrusted?.has(held.archive);
      const place = (await start.locate(sha256)).find((held) => held.size === size && isOwn(held));
      if (!place) throw contentMissing({ path }, start.hidden);
      const { stored, storedSize } = place;
      entries.push({
        type: 'file',
        path,
        size,
        mtime,
        sha256,
        evidence,
        archive: innerName(basename(place.archive)),
        stored,
        storedSize,
      });
    },
    addError: (error) => void errors.push(error),
    async commit(outcome, signal) {
      const manifest = manifestOf(outcome);
      let id = '';
      throwIfCancelled(signal);
      try {
        id = await writer.finish(manifest);
      } catch (error) {
        await archive.abandon();
        throw error;
      }
      await archive.commit((partial) => proveOnDisk(env, partial, archive.path, signal));
      return annotated(summaryOf(manifest, id), archive.path);
    },
    async setAside() {
      const added = entries.filter((entry) => isFile(entry) && entry.archive === name).length;
      await (added > 0 ? archive.setAside() : archive.abandon());
      return added;
    },
    abandon: () => archive.abandon(),
  };
}

function statisticsOf(entries: readonly ManifestEntry[], archive: string, outcome: BackupOutcome): ManifestStatistics {
  const files = entries.filter(isFile);
  const read = files.filter((file) => file.archive === archive);
  const readBytes = sum(read.map(({ size }) => size));
  // Files that share one object are stored once.
  const stored = new Map(read.map((file) => [file.stored, file.storedSize]));
  const storedBytes = sum(stored.values());
  return {
    files: files.length,
    folders: entries.length - files.length,
    bytes: sum(files.map(({ size }) => size)),
    read: read.length,
    readBytes,
    storedBytes,
    ratio: readBytes === 0 ? 1 : Math.round((storedBytes / readBytes) * 10_000) / 10_000,
    durationMs: Math.round(outcome.durationMs),
    wireSent: outcome.wireSent,
    wireReceived: outcome.wireReceived,
    bytesPerSecond: outcome.durationMs > 0 ? Math.round((readBytes * 1000) / outcome.durationMs) : 0,
  };
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
