// What all archives of a store hold. Reads each archive once and remembers it in an index (storedIndex.ts). That is a cache: if it is deleted,
// damaged, or of another version, it is made again from the archives (P21).

import { join } from 'node:path';
import { isEncryptedName } from '../archive/archiveName.js';
import { knownKeys } from '../archive/knownKeys.js';
import { openArchive } from '../archive/reader.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError, systemCode } from '../errors.js';
import type { ContentHash } from '../tree.js';
import { atOnce } from './atOnce.js';
import type { StoreEncryption, Unlocked } from './encryption.js';
import { type FoundArchive, findArchives, isTrashed } from './findArchives.js';
import type { IndexRow } from './indexFile.js';
import { createStoredIndex } from './storedIndex.js';
import { type ContentPlace, summaryOf, type UnreadableArchive } from './summary.js';

/** What a store held at one moment. */
export interface Snapshot {
  rows: readonly IndexRow[];
  /** Archives in the trash. They are no backups, but content is read from them if no other archive has it. */
  trashed: readonly IndexRow[];
  unreadable: readonly UnreadableArchive[];
  /** All places of all content, except in the trash. */
  readonly places: Places;
  readonly trashedPlaces: Places;
}

export type Places = ReadonlyMap<ContentHash, readonly ContentPlace[]>;

export interface Catalogue {
  /** Lists the folders again; opens only archives that are new or have changed. */
  refresh(): Promise<Snapshot>;
  /** Also opens the archives that are known from the index alone: for a caller that did not find what the index says. */
  reread(): Promise<Snapshot>;
  /** Opens all archives again: for callers that remove something, and must not trust what was true of the disk earlier. */
  renew(): Promise<Snapshot>;
  /** The last snapshot; the first one is made. */
  current(): Promise<Snapshot>;
}

/** @param root absolute path of the store */
export function createCatalogue(env: Env, root: string, encryption: Pick<StoreEncryption, 'unlock'>): Catalogue {
  const index = createStoredIndex(env, root);
  let known: readonly IndexRow[] | undefined;
  /** Whether the index of encrypted archives was loaded. */
  let isSealedLoaded = false;
  /** Whether the index is not trusted any more, except for the keys of archives: decryption proves these. */
  let isDoubted = false;
  /** Rows that come from the index, not from their archives. */
  const told = new Set<IndexRow>();
  let last: Promise<Snapshot> | undefined;

  async function look(): Promise<Snapshot> {
    known ??= toldBy(await index.load());
    const { found, unreadable } = await findArchives(env, root);
    const key = found.some(({ archive }) => isEncryptedName(archive)) ? await askForKey() : undefined;
    // Encrypted archives are not listed any more when the key is gone.
    if (key instanceof BackupError) isSealedLoaded = false;
    else if (key && !isSealedLoaded) {
      isSealedLoaded = true;
      const sealed = await index.loadSealed(key);
      if (!isDoubted) known = [...known, ...toldBy(sealed)];
    }
    const before = new Map(known.map((row) => [row.archive, row]));
    const read = await atOnce(found, async (archive) => {
      // The same error for all of them, without asking for the key of each.
      if (key instanceof BackupError && isEncryptedName(archive.archive)) return unreadableAt(archive, key);
      const row = before.get(archive.archive);
      return row?.size === archive.size && row.modified === archive.modified ? row : readRow(archive);
    });
    const rows = read.filter((row) => row !== undefined && 'archive' in row);
    const isNew = (isSealed: boolean) => {
      const isOfThem = ({ archive }: IndexRow) => isEncryptedName(archive) === isSealed;
      const [now, then] = [rows.filter(isOfThem), known?.filter(isOfThem) ?? []];
      return now.length !== then.length || now.some((row) => before.get(row.archive) !== row);
    };
    if (isNew(false)) await index.save(rows);
    if (key && !(key instanceof BackupError) && isNew(true)) await index.saveSealed(key, rows);
    known = rows;
    return snapshotOf(root, rows, [...unreadable, ...read.filter((row) => row !== undefined && 'error' in row)]);
  }

  /** @returns undefined if the store has none; the error if it cannot be had */
  async function askForKey(): Promise<Unlocked | BackupError | undefined> {
    try {
      return await encryption.unlock();
    } catch (error) {
      if (!isBackupError(error)) throw error;
      return error;
    }
  }

  function toldBy(rows: readonly IndexRow[]): readonly IndexRow[] {
    for (const row of rows) told.add(row);
    return rows;
  }

  function unreadableAt({ archive }: FoundArchive, error: BackupError): UnreadableArchive | undefined {
    const path = join(root, archive);
    if (!isTrashed(archive)) return { path, error };
    env.log.debug(`${path} is passed over: ${error.message}`);
    return undefined;
  }

  /** @returns undefined if there is nothing to list */
  async function readRow(archive: FoundArchive): Promise<IndexRow | UnreadableArchive | undefined> {
    const path = join(root, archive.archive);
    try {
      const { id, manifest, contents } = await openArchive(env, path);
      const key = isEncryptedName(path) ? knownKeys(env.keys).paths.get(path) : undefined;
      return { ...archive, summary: summaryOf(manifest, id), contents, ...(key && { key }) };
    } catch (error) {
      if (!isBackupError(error)) throw error;
      // Moved or deleted since its folder was read.
      if (systemCode(error.cause) === 'ENOENT') return undefined;
      return unreadableAt(archive, error);
    }
  }

  /** One after the other: two at the same time would open every archive twice. */
  function next(step: () => Promise<Snapshot>): Promise<Snapshot> {
    const begun = last ? last.then(step, step) : step();
    last = begun;
    return begun;
  }

  return {
    refresh: () => next(look),
    reread: () =>
      next(async () => {
        known = known?.filter((row) => !told.has(row));
        told.clear();
        return look();
      }),
    renew: () =>
      next(async () => {
        known = [];
        isDoubted = true;
        told.clear();
        return look();
      }),
    current: () => last ?? next(look),
  };
}

function snapshotOf(root: string, all: readonly IndexRow[], unreadable: readonly UnreadableArchive[]): Snapshot {
  const rows = all.filter(({ archive }) => !isTrashed(archive));
  const trashed = all.filter(({ archive }) => isTrashed(archive));
  // Computed when needed: a listing needs no places.
  let places: Places | undefined;
  let trashedPlaces: Places | undefined;
  return {
    rows,
    trashed,
    unreadable,
    get places() {
      places ??= placesOf(root, rows);
      return places;
    },
    get trashedPlaces() {
      trashedPlaces ??= placesOf(root, trashed);
      return trashedPlaces;
    },
  };
}

function placesOf(root: string, rows: readonly IndexRow[]): Places {
  const places = new Map<ContentHash, ContentPlace[]>();
  for (const row of rows) {
    const archive = join(root, row.archive);
    for (const { sha256, stored, storedSize, size } of row.contents) {
      const place = { archive, stored, storedSize, size };
      const others = places.get(sha256);
      if (others) others.push(place);
      else places.set(sha256, [place]);
    }
  }
  return places;
}
