// A folder of archives, as backups that can be listed, found, read back, and added to.
// The archives are the truth: the index beside them only saves opening each one, and is rebuilt when in doubt (P21).

import { dirname, join, resolve } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Manifest, ManifestBoard } from '../archive/manifest.js';
import { openArchive } from '../archive/reader.js';
import type { Env, FileInfo } from '../env.js';
import { BackupError, messageOf, systemCode } from '../errors.js';
import type { ContentHash } from '../tree.js';
import { archiveNames, boardFolderName, generationOf } from './boardFolder.js';
import { createCatalogue, type Snapshot } from './catalogue.js';
import { type ContentReference, createContents } from './contents.js';
import { createDurably } from './durable.js';
import { findBackup } from './find.js';
import { type Leftovers, openLeftovers } from './leftovers.js';
import { removeStalePartials } from './partials.js';
import { type BackupDraft, createPendingBackup, type PendingBackup } from './pendingBackup.js';
import { type BackupSize, checkSpace } from './space.js';
import { type BackupSummary, type ContentPlace, newestFirst, type StoreListing } from './summary.js';

export type { BackupDraft };

export interface Store {
  /** Absolute. */
  readonly root: string;

  /** @returns false where there is no such folder: never made, moved away, or on a disk that is not connected */
  exists(): Promise<boolean>;

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
  readContent(file: ContentReference): AsyncIterable<Uint8Array>;

  /**
   * P07: to be asked before the first byte leaves the board.
   *
   * @throws BackupError `store-full`, with both figures
   */
  checkSpace(size: BackupSize): Promise<void>;

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
  const catalogue = createCatalogue(env, root);

  async function list(): Promise<StoreListing> {
    const snapshot = await catalogue.refresh();
    return { backups: summariesOf(root, snapshot), unreadable: [...snapshot.unreadable] };
  }

  async function backupsOf(boardId: string | undefined): Promise<BackupSummary[]> {
    const { backups } = await list();
    return boardId === undefined ? backups : backups.filter(({ board }) => board.id === boardId);
  }

  async function locate(sha256: ContentHash): Promise<ContentPlace[]> {
    return [...((await catalogue.current()).places.get(sha256) ?? [])];
  }

  /** The folder of a board goes on to be its folder when somebody has renamed it. The root is nobody's, whatever was put there. */
  function folderOf(board: Pick<ManifestBoard, 'id' | 'name'>, backups: readonly BackupSummary[]): string {
    const folders = backups.map(({ archive }) => dirname(archive));
    return folders.find((folder) => folder !== resolve(root)) ?? join(root, boardFolderName(board));
  }

  async function archives(backup?: BackupSummary): Promise<string[]> {
    const { rows } = await catalogue.current();
    const wanted = backup ? rows.filter(({ summary }) => summary.id === backup.id) : rows;
    return wanted.map(({ archive }) => join(root, archive));
  }

  return {
    root,
    exists: async () => (await infoOf(env, root))?.kind === 'folder',
    list,
    archives,
    find: async (reference, boardId) => findBackup(await backupsOf(boardId), reference, boardId),
    backupsOf,
    latestOf: async (boardId) => (await backupsOf(boardId))[0],
    async readManifest(backup) {
      const failures: unknown[] = [];
      for (const archive of new Set([backup.archive, ...(await archives(backup))])) {
        try {
          return await manifestIn(env, archive, backup.id);
        } catch (error) {
          failures.push(error);
        }
      }
      throw failures[0];
    },
    locate,
    readContent: createContents(env, catalogue),
    checkSpace: (size) => checkSpace(env, root, size),
    leftovers: async (board, signal) => openLeftovers(env, folderOf(board, await backupsOf(board.id)), signal),
    async startBackup(board, draft) {
      const { backups, unreadable } = await list();
      const earlier = backups.filter((backup) => backup.board.id === board.id);
      const folder = folderOf(board, earlier);
      await removeStalePartials(env, root);
      await removeStalePartials(env, folder);
      const createdAt = env.clock.now();
      const file = await createDurably(env, folder, archiveNames(createdAt));
      // P46: after all that are known, and after those that cannot be read now, each of which took a number.
      const sequence = (earlier[0]?.sequence ?? 0) + unreadable.length + 1;
      const hidden = unreadable.map(({ error }) => error);
      const pending = createPendingBackup(env, { board, draft, sequence, createdAt, file, hidden, locate });
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
  throw new BackupError('store-failed', `${root} is a file, not a folder for backups.`, {
    path: root,
    hint: 'Choose a folder.',
  });
}

function infoOf(env: Env, root: string): Promise<FileInfo | undefined> {
  return env.fs.info(root).catch((error: unknown) => {
    throw diskError(error, root);
  });
}

async function manifestIn(env: Env, archive: string, id: string): Promise<Manifest> {
  const found = await openArchive(env, archive).catch((error: unknown) => {
    throw isGone(error) ? notFound(archive, error) : error;
  });
  if (found.id !== id) throw notFound(archive);
  return found.manifest;
}

/** A backup that stands in two archives (a crash between writing and deleting) is one backup, in its newest generation. */
function summariesOf(root: string, { rows }: Snapshot): BackupSummary[] {
  const byId = new Map<string, BackupSummary>();
  for (const row of rows) {
    const summary = { ...row.summary, archive: join(root, row.archive) };
    const other = byId.get(summary.id);
    if (!other || generationOf(other.archive) < generationOf(summary.archive)) byId.set(summary.id, summary);
  }
  return newestFirst([...byId.values()]);
}

function isGone(error: unknown): boolean {
  return error instanceof BackupError && systemCode(error.cause) === 'ENOENT';
}

function notFound(archive: string, cause?: unknown): BackupError {
  return new BackupError('backup-not-found', `The backup in ${archive} is gone.`, {
    path: archive,
    hint: 'List the backups again.',
    cause,
  });
}
