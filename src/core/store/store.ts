// A folder of archives, as backups that can be listed, found, read back, and added to.
// The archives are the truth: the index beside them only saves opening each one, and is rebuilt when in doubt (P21).

import type {
  BackupKind,
  BackupOrigin,
  Manifest,
  ManifestBoard,
  ManifestFile,
  ManifestScope,
} from '../archive/manifest.js';
import type { Env } from '../env.js';
import type { ContentHash } from '../tree.js';
import type { PendingBackup } from './pendingBackup.js';
import type { BackupSummary, StoreListing } from './summary.js';

/** What a backup is going to be, before its first byte is read. */
export interface BackupDraft {
  kind: BackupKind;
  origin: BackupOrigin;
  label: string | null;
  metadata: [key: string, value: string][];
  scope: ManifestScope;
  /** The backup that this one was compared with; null where everything is read. */
  base: { id: string; manifest: Manifest } | null;
}

/** One place that holds some content. */
export interface ContentPlace {
  /** Absolute path of the archive. */
  archive: string;
  /** Name of the entry inside it, and the bytes that it takes there. */
  stored: string;
  storedSize: number;
}

/** What has to be known of a file to read it back. */
export type ContentReference = Pick<ManifestFile, 'path' | 'size' | 'sha256' | 'archive'>;

export interface Store {
  /** Absolute. */
  readonly root: string;

  /** A store that does not exist yet is empty. One bad archive is listed as such, and hides no other. */
  list(): Promise<StoreListing>;

  /**
   * @param reference `latest`, a unique prefix of an id (4 hex digits or more), or an archive's name or path
   * @param boardId looks only at the backups of this board
   * @throws BackupError `backup-not-found`; `bad-argument` where several backups fit
   */
  find(reference: string, boardId?: string): Promise<BackupSummary>;

  latestOf(boardId: string): Promise<BackupSummary | undefined>;

  /** @throws BackupError `archive-damaged`, `archive-unsupported`, `backup-not-found` (its archive is gone) */
  readManifest(backup: BackupSummary): Promise<Manifest>;

  /** @returns every archive that holds this content, wherever it came from */
  locate(sha256: ContentHash): Promise<ContentPlace[]>;

  /**
   * The bytes of one file, from whichever archive has them sound: hash and size are checked before the first byte is
   * given out, so what arrives is right or nothing arrives (P16, P18).
   *
   * @throws BackupError `content-missing`, with the file and the archive that had it
   */
  readContent(file: ContentReference): AsyncIterable<Uint8Array>;

  /**
   * P07: to be asked before the first byte leaves the board.
   *
   * @param bytes that will be read, @param entries files and folders of the whole tree
   * @throws BackupError `store-full`, with both figures
   */
  checkSpace(bytes: number, entries: number): Promise<void>;

  /** Reserves a name and opens the archive under its temporary one. @throws BackupError `store-denied`, `store-full`, `store-failed` */
  startBackup(board: ManifestBoard, draft: BackupDraft): Promise<PendingBackup>;
}

export declare function openStore(env: Env, root: string): Promise<Store>;
