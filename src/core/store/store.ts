// A store: a folder of archives, as backups that can be listed, found, read and added to. The archives are the truth; the index beside
// them only saves opening each one, and is made again when in doubt (P21).

import { join, relative } from 'node:path';
import type { AgeTarget } from '../archive/ageHeader.js';
import { isEncryptedName } from '../archive/archiveName.js';
import type { Manifest, ManifestBoard } from '../archive/manifest.js';
import type { CarriedBackup } from '../archive/reader.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { ContentHash } from '../tree.js';
import type { Annotation } from './annotations.js';
import { folderOf, folderWithin } from './boardFolder.js';
import { createCatalogue } from './catalogue.js';
import { type ContentReference, createContents } from './contents.js';
import { createEncryption, type Encryption, encryptionLost } from './encryption.js';
import { type ExportPlan, exportArchive, exportFolder } from './exports.js';
import { findBackup } from './find.js';
import { type FoundArchive, findArchives, isTrashed } from './findArchives.js';
import { compactHistory, type HistoryRecord, historyReader, noteInHistory } from './history.js';
import { infoOf } from './infoOf.js';
import { type Leftovers, openLeftovers } from './leftovers.js';
import { createListing, type Holdings } from './listing.js';
import { acquireLock, type LockRequest, lockWithoutFile, type StoreLock } from './lock.js';
import { createNotes } from './notes.js';
import { type OffsiteRecords, offsiteRecordsIn } from './offsiteRecords.js';
import type { BackupDraft, PendingBackup } from './pendingBackup.js';
import type { ReadContent } from './putArchive.js';
import { createBackupReader } from './readBackup.js';
import {
  beginRecord,
  journalOf,
  type RestoreIntent,
  type RestoreJournal,
  type RestoreListing,
  type RestoreRecord,
  restoreRecordsIn,
} from './restoreRecords.js';
import { type ArchiveChange, type Arrival, adoptBackup, rewriteBackup } from './rewriteBackup.js';
import { type BackupSize, checkSpace } from './space.js';
import { startBackup } from './startBackup.js';
import type { BackupSummary, ContentPlace, StoreListing, TrashedBackup } from './summary.js';
import { type Aside, bringBack, removeForGood, setAside } from './trash.js';

export type { ArchiveChange, Arrival, BackupDraft, LockRequest, ReadContent, StoreLock };

export interface Store {
  /** Absolute. */
  readonly root: string;

  /** @returns false if there is no such folder: never made, moved away, or on a disk that is not connected */
  exists(): Promise<boolean>;

  /** Whether its archives are encrypted, and for whom. Needs no key. @throws BackupError `store-…` if encryption.json cannot be read */
  encryption(): Promise<Encryption>;

  /**
   * Opens the encryption with one of the keys of `Env`; does nothing in a plain store. To be called before content is read or written,
   * and before a board is touched.
   *
   * @throws BackupError `key-missing` if no key was given, `key-wrong` if none of them fits, `store-…`
   */
  unlock(): Promise<void>;

  /**
   * The same, to be called before anything is written.
   *
   * @throws BackupError `encryption-lost` if archives are encrypted but encryption.json is gone, so that new ones would be plain
   */
  unlockToWrite(): Promise<void>;

  /** A store that does not exist yet is empty. An archive that cannot be read is listed as such, and hides no other. */
  list(): Promise<StoreListing>;

  /**
   * @param reference `latest`, a unique prefix of an id (4 hex digits or more), or an archive's name or path
   * @param boardId only backups of this board
   * @throws BackupError `backup-not-found`; `bad-argument` if several backups match
   */
  find(reference: string, boardId?: string): Promise<BackupSummary>;

  /** @returns newest first */
  backupsOf(boardId: string): Promise<BackupSummary[]>;

  /**
   * Absolute paths of all archives that can be read: also of copies and generations, which lists show as one backup.
   *
   * @param backup only archives of this backup
   */
  archives(backup?: BackupSummary): Promise<string[]>;

  /** All archives, whether they can be read or not, by their paths within the store. Needs no key. */
  files(): Promise<FoundArchive[]>;

  /** What is known about the second place of the store. */
  readonly offsite: OffsiteRecords;

  /**
   * From the archive that is listed, or from a copy of it.
   *
   * @throws BackupError `archive-damaged`, `archive-unsupported`, `backup-not-found` (its archive is gone)
   */
  readManifest(backup: BackupSummary): Promise<Manifest>;

  /** @returns every archive that held this content at the last listing, search or start of a backup */
  locate(sha256: ContentHash): Promise<ContentPlace[]>;

  /**
   * The bytes of one file, from any archive that has them sound. Hash and size are checked before the first byte is yielded, so the
   * caller gets the right bytes or none (P16, P18).
   *
   * @param except absolute paths of archives that are not read
   * @throws BackupError `content-missing`, which names the file and the archive that had it
   */
  readContent(file: ContentReference, except?: ReadonlySet<string>): AsyncIterable<Uint8Array>;

  /**
   * P07: to be called before the first byte is read from the board.
   *
   * @throws BackupError `store-full`, with both figures
   */
  checkSpace(size: BackupSize): Promise<void>;

  /** Reads all archives again, without the index: whoever removes something must not rely on what was remembered. */
  renew(): Promise<void>;

  /** Waits for others that work on the store. A store that does not exist yet has nothing to lock. */
  lock(request: LockRequest): Promise<StoreLock>;

  /** What each archive holds now: those of the store, and those in its trash. */
  holdings(): Promise<Holdings>;

  /** Deleted backups that can be restored from the trash, newest first; without those that are also in the store. */
  trash(): Promise<TrashedBackup[]>;

  /**
   * Writes the next generation of the archive of a backup.
   *
   * @returns its absolute path
   * @throws BackupError; the store is unchanged then
   */
  rewrite(backup: BackupSummary, change: ArchiveChange): Promise<string>;

  /** Writes an archive for a backup from elsewhere. @returns its absolute path */
  adopt(arrival: Arrival, read: ReadContent): Promise<string>;

  /** A backup with the exact bytes of its manifest. @throws as {@link readManifest} */
  readBackup(backup: BackupSummary): Promise<CarriedBackup>;

  /** Writes an archive that needs no other one. @param folder absolute path @throws BackupError `path-taken`, `store-…` */
  exportArchive(folder: string, name: string, plan: ExportPlan): Promise<void>;

  /** The same as plain files. @param target absolute path of a folder that does not exist */
  exportFolder(target: string, plan: ExportPlan): Promise<void>;

  /** Moves archives out of the store. @param archives absolute paths. Needs the exclusive lock */
  setAside(aside: Aside, archives: readonly string[]): Promise<void>;

  /** Moves an archive from the trash back into the store. @param archive absolute path in the trash. Needs the exclusive lock */
  bringBack(archive: string): Promise<string>;

  /** Removes archives from the trash. @param archives absolute paths in the trash. Needs the exclusive lock */
  removeForGood(archives: readonly string[]): Promise<void>;

  /** Adds an annotation (label, pin, result of a verification…) to backups. */
  annotate(backups: readonly BackupSummary[], annotation: Annotation): Promise<void>;

  /** Annotations by the id of the backup. */
  annotations(): Promise<ReadonlyMap<string, Annotation>>;

  /** Shortens the files of annotations and the history if that saves much, and drops old records of restores. Needs the exclusive lock. */
  compact(): Promise<void>;

  /** Adds a line to the history. Never rejects. */
  note(record: Omit<HistoryRecord, 'at'>): Promise<void>;

  /** The lines of the history, oldest first. */
  history(): Promise<HistoryRecord[]>;

  /** The records of restores: what each was to do to a board, and its outcome. */
  restores(): Promise<RestoreListing>;

  /** Records what is about to be done to a board. @throws BackupError `store-…`: then nothing may be written to the board */
  beginRestore(intent: RestoreIntent): Promise<RestoreJournal>;

  /** Continues the record of an interrupted restore. */
  resumeRestore(record: Pick<RestoreRecord, 'id'>): RestoreJournal;

  /** What interrupted backups of this board had read; without what cannot be read any more. @throws BackupError `cancelled` */
  leftovers(board: Pick<ManifestBoard, 'id' | 'name'>, signal?: AbortSignal): Promise<Leftovers>;

  /** Reserves a name and opens the archive under a temporary one. @throws BackupError `store-denied`, `store-full`, `store-failed` */
  startBackup(board: ManifestBoard, draft: BackupDraft): Promise<PendingBackup>;
}

/**
 * @param root absolute path; if it does not exist, the first backup makes it
 * @throws BackupError `store-failed` if it is not a folder, `store-denied`
 */
export async function openStore(env: Env, root: string): Promise<Store> {
  await refuseFile(env, root);
  const encryption = createEncryption(env, root);
  const catalogue = createCatalogue(env, root, encryption);
  const history = historyReader(env, root);
  /** For whom new archives are encrypted; undefined for a plain store. */
  async function target(): Promise<AgeTarget | undefined> {
    const unlocked = await encryption.unlock();
    if (unlocked) return unlocked.target;
    // Without a new look at the folders: an import asks a thousand times.
    const { rows, unreadable } = await catalogue.current();
    const names = [...rows.map(({ archive }) => archive), ...unreadable.map(({ path }) => path)];
    if (names.some(isEncryptedName)) throw encryptionLost(root);
    return undefined;
  }

  const records = restoreRecordsIn(env, root);
  const notes = createNotes(env, root, catalogue);
  const { list, trash, holdings } = createListing(root, catalogue, notes);

  async function backupsOf(boardId: string): Promise<BackupSummary[]> {
    return (await list()).backups.filter(({ board }) => board.id === boardId);
  }

  async function locate(sha256: ContentHash): Promise<ContentPlace[]> {
    return [...((await catalogue.current()).places.get(sha256) ?? [])];
  }

  async function archives(backup?: BackupSummary): Promise<string[]> {
    const { rows } = await catalogue.current();
    const wanted = backup ? rows.filter(({ summary }) => summary.id === backup.id) : rows;
    return wanted.map(({ archive }) => join(root, archive));
  }

  const readBackup = createBackupReader(env, { archives, holdings });
  const readContent = createContents(env, catalogue);
  const readProven: ReadContent = ({ path, size, sha256 }) => readContent({ path, size, sha256 });
  const exists = async () => (await infoOf(env, root))?.kind === 'folder';

  return {
    root,
    exists,
    encryption: encryption.state,
    async unlock() {
      await encryption.unlock();
    },
    async unlockToWrite() {
      await encryption.unlockToWrite();
    },
    async renew() {
      await catalogue.renew();
    },
    lock: async (request) => ((await exists()) ? acquireLock(env, root, request) : lockWithoutFile),
    async files() {
      return (await findArchives(env, root)).found.filter(({ archive }) => !isTrashed(archive));
    },
    offsite: offsiteRecordsIn(env, root),
    holdings,
    trash,
    rewrite: async (backup, change) => rewriteBackup(env, backup.archive, change, readProven, await target()),
    async adopt(arrival, read) {
      const { board } = arrival.backup.manifest;
      // Without a new look at the folders: an import asks a thousand times.
      const { rows } = await catalogue.current();
      const own = rows.filter(({ summary }) => summary.board.id === board.id);
      const archives = own.map(({ archive }) => ({ archive: join(root, archive) }));
      return adoptBackup(env, folderOf(root, board, archives), arrival, read, await target());
    },
    readBackup,
    exportArchive: (folder, name, plan) => exportArchive(env, root, { folder, name, plan, read: readProven, target }),
    exportFolder: (target, plan) => exportFolder(env, target, plan, readProven),
    async setAside(aside, archives) {
      const { rows } = await catalogue.current();
      const boards = new Map(rows.map(({ archive, summary }) => [join(root, archive), summary.board]));
      const placed = archives.map((archive) => {
        const board = boards.get(archive) ?? { id: '', name: '' };
        return { archive, folder: folderWithin(relative(root, archive), board) };
      });
      await setAside(env, root, aside, placed);
    },
    bringBack: (archive) => bringBack(env, root, archive),
    removeForGood: (archives) => removeForGood(env, archives),
    annotate: notes.add,
    annotations: async () => (await notes.on((await catalogue.current()).rows)).of,
    async compact() {
      await notes.compact();
      await records.compact();
      await compactHistory(env, root);
    },
    note: (record) => noteInHistory(env, root, { at: new Date(env.clock.now()).toISOString(), ...record }),
    restores: records.list,
    async beginRestore(intent) {
      const [newest] = (await records.list()).records;
      return beginRecord(env, root, intent, (newest?.sequence ?? 0) + 1);
    },
    resumeRestore: ({ id }) => journalOf(env, root, id),
    history,
    list,
    archives,
    async find(reference, boardId) {
      const { backups, unreadable } = await list();
      const own = backups.filter(({ board }) => boardId === undefined || board.id === boardId);
      return findBackup(own, reference, { boardId, unreadable: unreadable.length });
    },
    backupsOf,
    readManifest: async (backup) => (await readBackup(backup)).manifest,
    locate,
    readContent,
    checkSpace: (size) => checkSpace(env, root, size),
    leftovers: async (board, signal) => openLeftovers(env, folderOf(root, board, await backupsOf(board.id)), signal),
    startBackup: (board, draft) => startBackup(env, root, { catalogue, list, locate, target }, board, draft),
  };
}

async function refuseFile(env: Env, root: string): Promise<void> {
  const found = await infoOf(env, root);
  if (!found || found.kind === 'folder') return;
  throw new BackupError('store-failed', t('{0} is a file, not a folder for backups.', root), {
    path: root,
    hint: t('Choose a folder.'),
  });
}
