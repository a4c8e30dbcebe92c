// A backup that is being taken: entries come in, an archive is written, and nothing shows until `commit` has verified it.

import type { ManifestError, ManifestFile, ManifestOptions } from '../archive/manifest.js';
import type { BoardPath } from '../paths.js';
import type { BackupSummary } from './summary.js';

/** A file as the job knows it; where its bytes stand is the store's matter. */
export type BackedUpFile = Pick<ManifestFile, 'path' | 'size' | 'mtime' | 'sha256' | 'evidence'>;

/** How it went: known only at the end. */
export interface BackupOutcome {
  options: ManifestOptions;
  durationMs: number;
  wireSent: number;
  wireReceived: number;
}

export interface PendingBackup {
  /** Absolute path that the archive will have. */
  readonly archive: string;

  addFolder(path: BoardPath): Promise<void>;

  /**
   * @param chunks the content, already verified: it must have the size and hash that `file` names, else the whole backup
   *   is spoilt (what has entered an archive cannot be taken out)
   */
  addFile(file: BackedUpFile, chunks: AsyncIterable<Uint8Array>): Promise<void>;

  /** A file whose bytes are in the store already. @throws BackupError `content-missing`: then its bytes must be read */
  keepFile(file: BackedUpFile): Promise<void>;

  /** Something that could not be read (P31). */
  addError(error: ManifestError): void;

  /** Writes the manifest, verifies the archive from disk (P14) and gives it its name. Rejecting, it leaves nothing behind. */
  commit(outcome: BackupOutcome): Promise<BackupSummary>;

  /** Leaves nothing behind; never rejects; does nothing after `commit`. */
  abandon(): Promise<void>;
}
