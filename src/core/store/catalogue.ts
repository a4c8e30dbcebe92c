// Every archive of a store and what it holds. Reads each archive once and remembers it in `index.json`, which is a
// cache: deleted, damaged, or written by another version, it is made again from the archives (P21).

import { join } from 'node:path';
import { openArchive } from '../archive/reader.js';
import type { Env } from '../env.js';
import { isBackupError, messageOf, systemCode } from '../errors.js';
import type { ContentHash } from '../tree.js';
import { atOnce } from './atOnce.js';
import { replaceFile } from './durable.js';
import { type FoundArchive, findArchives, isTrashed } from './findArchives.js';
import { decodeIndex, encodeIndex, INDEX_LIMITS, type IndexRow } from './indexFile.js';
import { type ContentPlace, summaryOf, type UnreadableArchive } from './summary.js';

/** What a store held at one moment. */
export interface Snapshot {
  rows: readonly IndexRow[];
  /** Archives in the trash. They are no backups any more; what they hold is the last resort of whoever reads content. */
  trashed: readonly IndexRow[];
  unreadable: readonly UnreadableArchive[];
  /** Every place of every content, but for those in the trash. */
  readonly places: Places;
  readonly trashedPlaces: Places;
}

export type Places = ReadonlyMap<ContentHash, readonly ContentPlace[]>;

export interface Catalogue {
  /** Looks at the folders again; opens only archives that are new or have changed. */
  refresh(): Promise<Snapshot>;
  /** Opens those too that only the index has told of: whoever did not find what it promised doubts it. */
  reread(): Promise<Snapshot>;
  /** Opens every archive anew: for those who take away, and must not believe what was remembered of a disk that rots. */
  renew(): Promise<Snapshot>;
  /** The last look, or the first. */
  current(): Promise<Snapshot>;
}

/** @param root absolute path of the store */
export function createCatalogue(env: Env, root: string): Catalogue {
  const indexPath = join(root, 'index.json');
  let known: readonly IndexRow[] | undefined;
  /** Rows that come from the index, and not from their archives. */
  const told = new Set<IndexRow>();
  let last: Promise<Snapshot> | undefined;

  async function look(): Promise<Snapshot> {
    known ??= await loadIndex();
    const before = new Map(known.map((row) => [row.archive, row]));
    const { found, unreadable } = await findArchives(env, root);
    const read = await atOnce(found, async (archive) => {
      const row = before.get(archive.archive);
      return row?.size === archive.size && row.modified === archive.modified ? row : readRow(archive);
    });
    const rows = read.filter((row) => row !== undefined && 'archive' in row);
    const isNew = rows.length !== known.length || rows.some((row) => before.get(row.archive) !== row);
    known = rows;
    if (isNew) await saveIndex(rows);
    return snapshotOf(root, rows, [...unreadable, ...read.filter((row) => row !== undefined && 'error' in row)]);
  }

  /** @returns undefined where there is nothing to list or to tell */
  async function readRow(archive: FoundArchive): Promise<IndexRow | UnreadableArchive | undefined> {
    const path = join(root, archive.archive);
    try {
      const { id, manifest, contents } = await openArchive(env, path);
      return { ...archive, summary: summaryOf(manifest, id), contents };
    } catch (error) {
      if (!isBackupError(error)) throw error;
      // Moved or deleted since its folder was read.
      if (systemCode(error.cause) === 'ENOENT') return undefined;
      if (!isTrashed(archive.archive)) return { path, error };
      env.log.debug(`${path} is passed over: ${error.message}`);
      return undefined;
    }
  }

  async function loadIndex(): Promise<IndexRow[]> {
    try {
      const found = await env.fs.info(indexPath);
      if (!found) return [];
      // Whoever opens a pipe waits for ever, and whoever reads an endless file never ends.
      const isReadable = found.kind === 'file' && found.size <= INDEX_LIMITS.bytes;
      const rows = isReadable ? decodeIndex(await env.fs.readFile(indexPath)) : undefined;
      for (const row of rows ?? []) told.add(row);
      if (rows) return rows;
      env.log.debug(`${indexPath} is damaged or of another version: it is made again.`);
    } catch (error) {
      env.log.debug(`${indexPath} is made again: ${messageOf(error)}`);
    }
    return [];
  }

  /** A store that cannot be written to can still be listed. */
  async function saveIndex(rows: readonly IndexRow[]): Promise<void> {
    try {
      await replaceFile(env, indexPath, encodeIndex(rows));
    } catch (error) {
      env.log.debug(`${indexPath} could not be written: ${messageOf(error)}`);
    }
  }

  /** One look after the other: two at once would open every archive twice. */
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
        told.clear();
        return look();
      }),
    current: () => last ?? next(look),
  };
}

function snapshotOf(root: string, all: readonly IndexRow[], unreadable: readonly UnreadableArchive[]): Snapshot {
  const rows = all.filter(({ archive }) => !isTrashed(archive));
  const trashed = all.filter(({ archive }) => isTrashed(archive));
  // Whoever only lists needs no places.
  let places: Places | undefined;
  let trashedPlaces: Places | undefined;
  return {
    ...{ rows, trashed, unreadable },
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
