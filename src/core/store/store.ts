// A folder of archives, as backups that can be listed, found, read back, and added to.
// The archives are the truth: the index beside them only saves opening each one, and is rebuilt when in doubt (P21).

import { dirname, join, relative, resolve } from 'node:path';
import type { AgeTarget } from '../archive/ageHeader.js';
import { isEncryptedName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import type { Manifest, ManifestBoard } from '../archive/manifest.js';
import type { CarriedBackup } from '../archive/reader.js';
import type { Env, FileInfo } from '../env.js';
import { BackupError, messageOf } from '../errors.js';
import { t } from '../l10n.js';
import type { ContentHash } from '../tree.js';
import type { Annotation } from './annotations.js';
import { archiveNames, boardFolderName } from './boardFolder.js';
import { createCatalogue } from './catalogue.js';
import { type ContentReference, createContents } from './contents.js';
import { createDurably } from './durable.js';
import { createEncryption, type Encryption, encryptionLost } from './encryption.js';
import { type ExportPlan, exportArchive, exportFolder } from './exports.js';
import { findBackup } from './find.js';
import { type FoundArchive, findArchives, isTrashed } from './findArchives.js';
import { compactHistory, type HistoryRecord, historyReader, noteInHistory } from './history.js';
import type { IndexRow } from './indexFile.js';
import { type Leftovers, openLeftovers } from './leftovers.js';
import { createListing, type Holdings } from './listing.js';
import { acquireLock, type LockRequest, lockWithoutFile, type StoreLock } from './lock.js';
import { createNotes } from './notes.js';
import { type OffsiteRecords, offsiteRecordsIn } from './offsiteRecords.js';
import { removeStalePartials } from './partials.js';
import { type BackupDraft, createPendingBackup, type PendingBackup } from './pendingBackup.js';
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
import type { BackupSummary, ContentPlace, StoreListing, TrashedBackup } from './summary.js';
import { type Aside, bringBack, removeForGood, setAside } from './trash.js';

export type { ArchiveChange, Arrival, BackupDraft, LockRequest, ReadContent, StoreLock };

export interface Store {
  /** Absolute. */
  readonly root: string;

  /** @returns false where there is no such folder: never made, moved away, or on a disk that is not connected */
  exists(): Promise<boolean>;

  /** Whether its archives are encrypted, and for whom. Needs no key. @throws BackupError `store-…` where encryption.json cannot be read */
  encryption(): Promise<Encryption>;

  /**
   * To be asked before content is read or written, and before a board is touched. There is nothing to open in a plain store.
   *
   * @throws BackupError `key-missing` where no key was given, `key-wrong` where none of them fits, `store-…`
   */
  unlock(): Promise<void>;

  /**
   * The same, to be asked before anything is written.
   *
   * @throws BackupError `encryption-lost` where archives are encrypted and nothing says that new ones shall be
   */
  unlockToWrite(): Promise<void>;

  /** A store that does not exist yet is empty. One bad archive is listed as such, and hides no other. */
  list(): Promise<StoreListing>;

  /**
   * @param reference `latest`, a unique prefix of an id (4 hex digits or more), or an archive's name or path
   * @param boardId looks only at the backups of this board
   * @throws BackupError `backup-not-found`; `bad-argument` where several backups fit
   */
  find(reference: string, boardId?: string): Promise<BackupSummary>;

  latestOf(boardId: string): Promise<BackupSummary | undefined>;

  /** @returns newest first */
  backupsOf(boardId: string): Promise<BackupSummary[]>;

  /**
   * Every archive that can be read, as its absolute path: copies and generations too, which lists show as one backup.
   *
   * @param backup only those that hold the manifest of this one
   */
  archives(backup?: BackupSummary): Promise<string[]>;

  /** Every archive by its name alone, whether it can be read or not; paths within the store. Needs no key. */
  files(): Promise<FoundArchive[]>;

  /** Its second place. */
  readonly offsite: OffsiteRecords;

  /**
   * From the archive that is listed, else from a copy of it.
   *
   * @throws BackupError `archive-damaged`, `archive-unsupported`, `backup-not-found` (its archive is gone)
   */
  readManifest(backup: BackupSummary): Promise<Manifest>;

  /** @returns every archive that held this content at the last listing, search or start of a backup */
  locate(sha256: ContentHash): Promise<ContentPlace[]>;

  /**
   * The bytes of one file, from whichever archive has them sound: hash and size are checked before the first byte is
   * given out, so what arrives is right or nothing arrives (P16, P18).
   *
   * @throws BackupError `content-missing`, with the file and the archive that had it
   */
  readContent(file: ContentReference, except?: ReadonlySet<string>): AsyncIterable<Uint8Array>;

  /**
   * P07: to be asked before the first byte leaves the board.
   *
   * @throws BackupError `store-full`, with both figures
   */
  checkSpace(size: BackupSize): Promise<void>;

  /** Opens every archive anew: who takes something away believes nothing that was only remembered. */
  renew(): Promise<void>;

  /** Waits for others that work on the store. A store that is not there yet has nothing to lock. */
  lock(request: LockRequest): Promise<StoreLock>;

  /** What every archive holds, as it is now: those of the store, and those in its trash. */
  holdings(): Promise<Holdings>;

  /** Deleted backups that can be brought back, newest first; none that is in the store as well. */
  trash(): Promise<TrashedBackup[]>;

  /**
   * Writes the next generation of the archive of a backup.
   *
   * @returns its absolute path. @throws BackupError; then the store is as it was
   */
  rewrite(backup: BackupSummary, change: ArchiveChange): Promise<string>;

  /** Writes an archive for a backup from elsewhere. @returns its absolute path */
  adopt(arrival: Arrival, read: ReadContent): Promise<string>;

  /** The manifest as it is, byte for byte. @throws as {@link readManifest} */
  readBackup(backup: BackupSummary): Promise<CarriedBackup>;

  /** Writes an archive that needs no other. @param folder absolute @throws BackupError `path-taken`, `store-…` */
  exportArchive(folder: string, name: string, plan: ExportPlan): Promise<void>;

  /** The same as plain files. @param target absolute path of a folder that does not exist */
  exportFolder(target: string, plan: ExportPlan): Promise<void>;

  /** Moves archives out of the store, by their absolute paths. For who holds the store alone. */
  setAside(aside: Aside, archives: readonly string[]): Promise<void>;

  /** @param archive absolute path in the trash. For who holds the store alone */
  bringBack(archive: string): Promise<string>;

  /** @param archives absolute paths in the trash. For who holds the store alone */
  removeForGood(archives: readonly string[]): Promise<void>;

  /** Notes something on backups. */
  annotate(backups: readonly BackupSummary[], annotation: Annotation): Promise<void>;

  /** What was noted, by the id of the backup. */
  annotations(): Promise<ReadonlyMap<string, Annotation>>;

  /** Makes files of annotations and the history smaller where that pays, and drops old records of restores. For who holds the store alone. */
  compact(): Promise<void>;

  /** Never rejects. */
  note(record: Omit<HistoryRecord, 'at'>): Promise<void>;

  /** What happened, oldest first. */
  history(): Promise<HistoryRecord[]>;

  /** What restores were to do to boards, and what came of it. */
  restores(): Promise<RestoreListing>;

  /** Writes down what is about to be done to a board. @throws BackupError `store-…`; then nothing may be done */
  beginRestore(intent: RestoreIntent): Promise<RestoreJournal>;

  /** Goes on with a restore that is on record. */
  resumeRestore(record: Pick<RestoreRecord, 'id'>): RestoreJournal;

  /** What backups of this board that were cut off had read. @throws BackupError `cancelled`; what cannot be read is passed over */
  leftovers(board: Pick<ManifestBoard, 'id' | 'name'>, signal?: AbortSignal): Promise<Leftovers>;

  /** Reserves a name and opens the archive under its temporary one. @throws BackupError `store-denied`, `store-full`, `store-failed` */
  startBackup(board: ManifestBoard, draft: BackupDraft): Promise<PendingBackup>;
}

/**
 * @param root absolute path; made with the first backup where it does not exist
 * @throws BackupError `store-failed` where it is no folder, `store-denied`
 */
export async function openStore(env: Env, root: string): Promise<Store> {
  await refuseFile(env, root);
  const encryption = createEncryption(env, root);
  const catalogue = createCatalogue(env, root, encryption);
  const history = historyReader(env, root);
  /** For whom what is written now is encrypted; undefined for a plain store. */
  async function target(): Promise<AgeTarget | undefined> {
    const unlocked = await encryption.unlock();
    if (unlocked) return unlocked.target;
    // As the folders were at the last look: an import asks a thousand times.
    const { rows, unreadable } = await catalogue.current();
    const names = [...rows.map(({ archive }) => archive), ...unreadable.map(({ path }) => path)];
    if (names.some(isEncryptedName)) throw encryptionLost(root);
    return undefined;
  }

  const records = restoreRecordsIn(env, root);
  const notes = createNotes(env, root, catalogue);
  const { list, trash, holdings } = createListing(root, catalogue, notes);

  async function backupsOf(boardId: string | undefined): Promise<BackupSummary[]> {
    const { backups } = await list();
    return boardId === undefined ? backups : backups.filter(({ board }) => board.id === boardId);
  }

  async function locate(sha256: ContentHash): Promise<ContentPlace[]> {
    return [...((await catalogue.current()).places.get(sha256) ?? [])];
  }

  /** The folder of a board goes on to be its folder when somebody has renamed it. The root is nobody's, whatever was put there. */
  function folderOf(
    board: Pick<ManifestBoard, 'id' | 'name'>,
    backups: ReadonlyArray<Pick<BackupSummary, 'archive'>>,
  ): string {
    const folders = backups.map(({ archive }) => dirname(archive));
    return folders.find((folder) => folder !== resolve(root)) ?? join(root, boardFolderName(board));
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
      // As the folders were at the last look: an import asks a thousand times.
      const { rows } = await catalogue.current();
      const own = rows.filter(({ summary }) => summary.board.id === board.id);
      const archives = own.map(({ archive }) => ({ archive: join(root, archive) }));
      return adoptBackup(env, folderOf(board, archives), arrival, read, await target());
    },
    readBackup,
    exportArchive: (folder, name, plan) => exportArchive(env, root, { folder, name, plan, read: readProven, target }),
    exportFolder: (target, plan) => exportFolder(env, target, plan, readProven),
    async setAside(aside, archives) {
      const rows = new Map((await catalogue.current()).rows.map((row) => [join(root, row.archive), row]));
      const placed = archives.map((archive) => ({ archive, folder: folderNameOf(root, archive, rows.get(archive)) }));
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
    latestOf: async (boardId) => (await backupsOf(boardId))[0],
    readManifest: async (backup) => (await readBackup(backup)).manifest,
    locate,
    readContent,
    checkSpace: (size) => checkSpace(env, root, size),
    leftovers: async (board, signal) => openLeftovers(env, folderOf(board, await backupsOf(board.id)), signal),
    async startBackup(board, draft) {
      const { backups, unreadable } = await list();
      const earlier = backups.filter((backup) => backup.board.id === board.id);
      const folder = folderOf(board, earlier);
      await removeStalePartials(env, root);
      await removeStalePartials(env, folder);
      const createdAt = env.clock.now();
      const file = await createDurably(env, folder, archiveNames(createdAt), await target());
      // P46: after all that are known, also those that may be brought back, and after those that cannot be read now, each of which
      // took a number.
      const deleted = (await catalogue.current()).trashed.filter(({ summary }) => summary.board.id === board.id);
      const taken = [...earlier, ...deleted.map(({ summary }) => summary)].map((backup) => backup.sequence);
      // A manifest from elsewhere may have the last number that there is: then time tells which is newer.
      const sequence = Math.min(Math.max(0, ...taken) + unreadable.length + 1, Number.MAX_SAFE_INTEGER);
      const hidden = unreadable.map(({ error }) => error);
      const pending = await createPendingBackup(env, { board, draft, sequence, createdAt, file, hidden, locate });
      return {
        ...pending,
        async commit(outcome, signal) {
          const summary = await pending.commit(outcome, signal);
          // The index is a cache: that it could not be brought up to date is no failure of the backup (P21).
          await catalogue.refresh().catch((error: unknown) => env.log.debug(messageOf(error)));
          return summary;
        },
      };
    },
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

function infoOf(env: Env, root: string): Promise<FileInfo | undefined> {
  return env.fs.info(root).catch((error: unknown) => {
    throw diskError(error, root);
  });
}

/** The name of the folder that an archive lies in; one that lies at the top goes back into the folder of its board. */
function folderNameOf(root: string, archive: string, row: IndexRow | undefined): string {
  const folder = relative(root, dirname(archive));
  return folder === '' ? boardFolderName(row?.summary.board ?? { id: '', name: '' }) : folder;
}
