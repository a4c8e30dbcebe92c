// Which archives lie in a store, by the names of its folders alone. One bad folder, archive or link is told as such, and hides
// no other.

import { join } from 'node:path';
import { isArchiveName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { messageOf } from '../errors.js';
import { atOnce } from './atOnce.js';
import { ENCRYPTION_FILE } from './encryptionFile.js';
import type { UnreadableArchive } from './summary.js';

/** An archive as its folder tells it. */
export interface FoundArchive {
  /** Path within the store, with slashes. */
  archive: string;
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
}

export interface FoundArchives {
  found: FoundArchive[];
  unreadable: UnreadableArchive[];
}

const TRASH = 'trash';
const QUARANTINE = 'quarantine';
/** `trash/<when>/<board>/<archive>`; quarantine likewise. */
const TRASH_DEPTH = 2;
/** What lies in the root of a store and is the folder of no board. */
const NOT_BOARDS: ReadonlySet<string> = new Set([
  'index.json',
  'index.age',
  ENCRYPTION_FILE,
  'offsite.json',
  'history.jsonl',
  TRASH,
  QUARANTINE,
  'locks',
  'restores',
]);

/** @param archive path within the store */
export function isTrashed(archive: string): boolean {
  return archive.startsWith(`${TRASH}/`);
}

/** @param archive path within the store */
export function isQuarantined(archive: string): boolean {
  return archive.startsWith(`${QUARANTINE}/`);
}

/**
 * @returns archives in the folders of boards, and directly in the root, where a person put them; then those in the trash
 * @throws BackupError `store-denied`, `store-failed` if the root cannot be read
 */
export async function findArchives(env: Env, root: string): Promise<FoundArchives> {
  if (!(await isThere(env, root))) return { found: [], unreadable: [] };
  const { found, unreadable } = await archivesBelow(env, root, '', 1);
  const trash = await archivesInTrash(env, root);
  return { found: [...found, ...trash], unreadable };
}

/**
 * Every file in the store that has the name of an archive: those in the trash and in quarantine, too.
 *
 * @throws BackupError as {@link findArchives}
 */
export async function everyArchive(env: Env, root: string): Promise<FoundArchives> {
  if (!(await isThere(env, root))) return { found: [], unreadable: [] };
  const all = await archivesBelow(env, root, '', 1);
  for (const aside of [TRASH, QUARANTINE]) {
    if (!(await isThere(env, join(root, aside)))) continue;
    const { found, unreadable } = await archivesBelow(env, root, aside, TRASH_DEPTH);
    all.found.push(...found);
    all.unreadable.push(...unreadable);
  }
  return all;
}

async function isThere(env: Env, root: string): Promise<boolean> {
  try {
    return (await env.fs.info(root)) !== undefined;
  } catch (error) {
    throw diskError(error, root);
  }
}

/** What cannot be read there was thrown away: no reason to alarm anybody. */
async function archivesInTrash(env: Env, root: string): Promise<FoundArchive[]> {
  const path = join(root, TRASH);
  try {
    if ((await env.fs.info(path))?.kind !== 'folder') return [];
  } catch (error) {
    env.log.debug(`${path} is passed over: ${messageOf(error)}`);
    return [];
  }
  const { found, unreadable } = await archivesBelow(env, root, TRASH, TRASH_DEPTH);
  for (const { path, error } of unreadable) env.log.debug(`${path} is passed over: ${error.message}`);
  return found;
}

/**
 * @param top path within the store; the root itself is the empty one
 * @param depth levels of folders below it that are looked into
 * @throws BackupError if `top` is the root and cannot be read
 */
async function archivesBelow(env: Env, root: string, top: string, depth: number): Promise<FoundArchives> {
  const found: FoundArchive[] = [];
  const unreadable: UnreadableArchive[] = [];

  /** @returns undefined if it failed, which is noted */
  async function attempt<Result>(path: string, look: (path: string) => Promise<Result>): Promise<Result | undefined> {
    try {
      return await look(join(root, path));
    } catch (error) {
      const reason = diskError(error, join(root, path));
      // Without its root there is no store.
      if (path === '') throw reason;
      unreadable.push({ path: join(root, path), error: reason });
      return undefined;
    }
  }

  async function namesIn(folder: string): Promise<string[]> {
    const names = (await attempt(folder, (path) => env.fs.list(path)))?.sort() ?? [];
    return folder === '' ? names.filter((name) => !NOT_BOARDS.has(name)) : names.map((name) => `${folder}/${name}`);
  }

  let folders = [top];
  for (let below = depth; below >= 0 && folders.length > 0; below--) {
    const names = (await atOnce(folders, namesIn)).flat().filter((name) => below > 0 || isArchiveName(name));
    const infos = await atOnce(names, (name) => attempt(name, (path) => env.fs.info(path)));
    folders = [];
    for (const [index, archive] of names.entries()) {
      const info = infos[index];
      if (info?.kind === 'folder') folders.push(archive);
      // Regular files alone are opened: whoever opens a pipe waits forever.
      else if (info?.kind === 'file' && isArchiveName(archive))
        found.push({ archive, size: info.size, modified: info.modified });
    }
  }
  // Noted in the order in which the disk answered.
  unreadable.sort((one, other) => (one.path < other.path ? -1 : 1));
  return { found, unreadable };
}
