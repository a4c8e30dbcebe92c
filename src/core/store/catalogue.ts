// Every archive of a store and what it holds. Reads each archive once and remembers it in `index.json`, which is a
// cache: deleted, damaged, or written by another version, it is made again from the archives (P21).

import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import { openArchive } from '../archive/reader.js';
import type { Env } from '../env.js';
import { isBackupError, messageOf, systemCode } from '../errors.js';
import type { ContentHash } from '../tree.js';
import { replaceFile } from './durable.js';
import { decodeIndex, encodeIndex, INDEX_LIMITS, type IndexRow } from './indexFile.js';
import { type ContentPlace, summaryOf, type UnreadableArchive } from './summary.js';

/** What a store held at one moment. */
export interface Snapshot {
  rows: readonly IndexRow[];
  unreadable: readonly UnreadableArchive[];
  /** Every place of every content. */
  places: ReadonlyMap<ContentHash, readonly ContentPlace[]>;
}

export interface Catalogue {
  /** Looks at the folders again; opens only archives that are new or have changed. */
  refresh(): Promise<Snapshot>;
  /** The last look, or the first. */
  current(): Promise<Snapshot>;
}

type FoundArchive = Pick<IndexRow, 'archive' | 'size' | 'modified'>;

const INDEX = 'index.json';
const NOT_BOARDS: ReadonlySet<string> = new Set([INDEX, 'trash']);

/** @param root absolute path of the store */
export function createCatalogue(env: Env, root: string): Catalogue {
  const indexPath = join(root, INDEX);
  let known: readonly IndexRow[] | undefined;
  let last: Promise<Snapshot> | undefined;

  async function look(): Promise<Snapshot> {
    known ??= await loadIndex();
    const before = new Map(known.map((row) => [row.archive, row]));
    const { found, unreadable } = await findArchives(env, root);
    const rows: IndexRow[] = [];
    let opened = 0;
    for (const archive of found) {
      const row = before.get(archive.archive);
      if (row && row.size === archive.size && row.modified === archive.modified) rows.push(row);
      else {
        opened += 1;
        await read(archive, rows, unreadable);
      }
    }
    const changed = opened > 0 || rows.length !== known.length;
    known = rows;
    if (changed) await saveIndex(rows);
    return { rows, unreadable, places: placesOf(root, rows) };
  }

  async function read(archive: FoundArchive, rows: IndexRow[], unreadable: UnreadableArchive[]): Promise<void> {
    const path = join(root, archive.archive);
    try {
      const { id, manifest, contents } = await openArchive(env, path);
      rows.push({ ...archive, summary: summaryOf(manifest, id), contents });
    } catch (error) {
      if (!isBackupError(error)) throw error;
      // Moved or deleted since its folder was read: not there, so nothing to list.
      if (systemCode(error.cause) === 'ENOENT') return;
      unreadable.push({ path, error });
    }
  }

  async function loadIndex(): Promise<IndexRow[]> {
    try {
      const found = await env.fs.info(indexPath);
      if (!found) return [];
      // Whoever opens a pipe waits for ever, and whoever reads an endless file never ends.
      const isReadable = found.kind === 'file' && found.size <= INDEX_LIMITS.bytes;
      const rows = isReadable ? decodeIndex(await env.fs.readFile(indexPath)) : undefined;
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
  function refresh(): Promise<Snapshot> {
    const next = last ? last.then(look, look) : look();
    last = next;
    return next;
  }

  return { refresh, current: () => last ?? refresh() };
}

/** One bad folder, archive or link is reported as such, and hides no other. */
async function findArchives(
  env: Env,
  root: string,
): Promise<{ found: FoundArchive[]; unreadable: UnreadableArchive[] }> {
  const found: FoundArchive[] = [];
  const unreadable: UnreadableArchive[] = [];

  /** @returns undefined where it failed, which is noted */
  async function attempt<Result>(path: string, look: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await look();
    } catch (error) {
      unreadable.push({ path, error: diskError(error, path) });
      return undefined;
    }
  }

  for (const folder of await namesIn(env, root)) {
    const path = join(root, folder);
    if (NOT_BOARDS.has(folder) || (await attempt(path, () => env.fs.info(path)))?.kind !== 'folder') continue;
    for (const name of (await attempt(path, () => env.fs.list(path)))?.sort() ?? []) {
      if (!name.endsWith('.blb')) continue;
      const archive = join(path, name);
      const info = await attempt(archive, () => env.fs.info(archive));
      // Regular files alone are opened: whoever opens a pipe waits for ever.
      if (info?.kind === 'file') found.push({ archive: `${folder}/${name}`, size: info.size, modified: info.modified });
    }
  }
  return { found, unreadable };
}

async function namesIn(env: Env, root: string): Promise<string[]> {
  try {
    return (await env.fs.info(root)) ? (await env.fs.list(root)).sort() : [];
  } catch (error) {
    throw diskError(error, root);
  }
}

function placesOf(root: string, rows: readonly IndexRow[]): Map<ContentHash, ContentPlace[]> {
  const places = new Map<ContentHash, ContentPlace[]>();
  for (const { archive, contents } of rows) {
    for (const { sha256, ...where } of contents) {
      const place = { archive: join(root, archive), ...where };
      const others = places.get(sha256);
      if (others) others.push(place);
      else places.set(sha256, [place]);
    }
  }
  return places;
}
