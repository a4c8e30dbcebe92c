// What lies in the trash and is no backup any more: nobody lists it, and nobody can tell what is in it.

import { join } from 'node:path';
import { openArchive } from '../archive/reader.js';
import type { Env } from '../env.js';
import { isBackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { everyArchive, isTrashed } from '../store/findArchives.js';
import type { Store } from '../store/store.js';
import { count } from '../text.js';
import type { JobContext } from './job.js';

/** An archive in the trash that is damaged so much that it is not listed. */
export interface Remains {
  /** Absolute path. */
  archive: string;
  size: number;
}

/** What the disk does not read, or no key opens, is not among them: it may be whole. */
export async function remainsInTrash({ env, signal }: JobContext, store: Store): Promise<Remains[]> {
  const { trashed } = await store.holdings();
  const listed = new Set(trashed.map(({ archive }) => archive));
  const { found } = await everyArchive(env, store.root);
  const remains: Remains[] = [];
  for (const { archive, size } of found.filter((each) => isTrashed(each.archive))) {
    throwIfCancelled(signal);
    const path = join(store.root, archive);
    if (listed.has(path)) continue;
    if (await looksDamaged(env, path)) remains.push({ archive: path, size });
  }
  return remains;
}

/** One look at an archive: a disk may give it otherwise the next time (P11). */
export async function looksDamaged(env: Env, archive: string): Promise<boolean> {
  try {
    await openArchive(env, archive);
    return false;
  } catch (error) {
    if (!isBackupError(error)) throw error;
    return error.code === 'archive-damaged';
  }
}

/** @param lacking path of an archive that is not whole */
export function damagedStay(archives: number, lacking: string): string {
  return t(
    archives === 1
      ? '{0} in the trash stays, because {1} is not whole: what it lacks may be in there. Repair the backups first.'
      : '{0} in the trash stay, because {1} is not whole: what it lacks may be in there. Repair the backups first.',
    count(archives, 'damaged archive'),
    displayPath(lacking),
  );
}
