// The trash of a store, and the place for damaged archives: what is taken out of the store is moved there, and stays until
// somebody empties it (P20). `trash/<time>/<folder of the board>/<archive>`: whoever looks knows when it was and where to put it.

import { basename, dirname, join } from 'node:path';
import { twinName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { nextNames } from './boardFolder.js';
import { makeFolderDurably } from './durable.js';
import { quietly } from './partials.js';

/** `trash`: was sound and not wanted any more. `quarantine`: damaged, its sound content is elsewhere. */
export type Aside = 'trash' | 'quarantine';

/** Where an archive is, and the name of the folder that it belongs into. */
export interface Placed {
  /** Absolute. */
  archive: string;
  folder: string;
}

/**
 * Moves archives out of the store, all of them or, as far as the disk allows, none. Needs the exclusive lock.
 *
 * @throws BackupError `store-denied`, `store-failed`, `store-full`
 */
export async function setAside(env: Env, root: string, aside: Aside, archives: readonly Placed[]): Promise<void> {
  const moved: { from: string; to: string }[] = [];
  try {
    const place = await freshFolder(env, join(root, aside));
    for (const { archive, folder } of archives) {
      const to = await freePath(env, join(place, folder), basename(archive));
      // Before, since a move that fails may have been done.
      moved.push({ from: archive, to });
      await move(env, archive, to);
    }
  } catch (error) {
    for (const { from, to } of moved.reverse()) await quietly(env, to, () => move(env, to, from));
    throw diskError(error, root);
  }
}

/**
 * Puts an archive from the trash back to where it was. Needs the exclusive lock.
 *
 * @param archive absolute path in the trash
 * @returns where it is now
 */
export async function bringBack(env: Env, root: string, archive: string): Promise<string> {
  const folder = join(root, basename(dirname(archive)));
  try {
    const to = await freePath(env, folder, basename(archive));
    await move(env, archive, to);
    await removeEmpty(env, archive);
    return to;
  } catch (error) {
    throw diskError(error, archive);
  }
}

/**
 * A rename replaces what has the name, without a word: two copies of one archive may have the same. One that is encrypted and one that is
 * not have the same, too: each must be free to become the other.
 */
async function freePath(env: Env, folder: string, name: string): Promise<string> {
  for (const each of nextNames(name)) {
    const path = join(folder, each);
    if (!(await env.fs.info(path)) && !(await env.fs.info(twinName(path)))) return path;
  }
  throw new BackupError('store-failed', t('There is no free name for {0} in {1}.', name, folder), {
    path: folder,
  });
}

/** Removes archives of the trash for good. */
export async function removeForGood(env: Env, archives: readonly string[]): Promise<void> {
  for (const archive of archives) {
    try {
      await env.fs.remove(archive);
      await env.fs.syncFolder(dirname(archive));
    } catch (error) {
      throw diskError(error, archive);
    }
    await removeEmpty(env, archive);
  }
}

/** @returns when something was moved there, ISO 8601 in UTC; undefined if the folder's name does not tell */
export function setAsideAt(archive: string): string | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)/.exec(basename(dirname(dirname(archive)))) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

/** The new name is safe on the disk before the old one may go. */
async function move(env: Env, from: string, to: string): Promise<void> {
  await makeFolderDurably(env, dirname(to));
  await env.fs.rename(from, to);
  await env.fs.syncFolder(dirname(to));
  await env.fs.syncFolder(dirname(from));
}

async function freshFolder(env: Env, parent: string): Promise<string> {
  const digits = new Date(env.clock.now()).toISOString().replace(/\D/g, '');
  const stamp = `${digits.slice(0, 8)}_${digits.slice(8, 14)}`;
  for (let number = 1; ; number++) {
    const path = join(parent, number === 1 ? stamp : `${stamp}_${number}`);
    if (!(await env.fs.info(path))) return path;
  }
}

/** Folders that are left with nothing in them are nobody's. */
async function removeEmpty(env: Env, archive: string): Promise<void> {
  for (const folder of [dirname(archive), dirname(dirname(archive))]) {
    await quietly(env, folder, () => env.fs.removeFolder(folder));
  }
}
