// Durable new files: a name holds either nothing or the whole, verified file, whatever fails and whenever (P04, P05).
// The order: temporary beside its target, opened exclusively; all bytes; sync; close; re-open and verify; rename; sync
// the folder. A crash leaves a `.partial`, which nobody takes for an archive and which is cleared away a day later.

import { dirname, join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError, messageOf, systemCode } from '../errors.js';

/** A name that is ours, and the temporary file behind it. */
export interface DurableFile {
  /** Absolute path that the file will have. */
  readonly path: string;
  append(bytes: Uint8Array): Promise<void>;
  /**
   * @param verify looks at the file as it stands on disk, and rejects where it is not right (P14)
   * @throws BackupError; then nothing of it is left under either name
   */
  commit(verify: (partial: string) => Promise<void>): Promise<void>;
  /** Never rejects; does nothing after `commit`. */
  abandon(): Promise<void>;
}

const PARTIAL = '.partial';
/** What we make: archives, spools and the index. A folder for backups may hold other people's `.partial` files. */
const OUR_PARTIAL = /^(backup_\d{8}_\d{6}(\.\d{1,6})?\.blb|spool-[0-9a-f]{16}|index\.json\.[0-9a-f]{8})\.partial$/;
const DAY = 24 * 60 * 60 * 1000;

/**
 * Reserves the first free of `names`: whoever makes its temporary file has it, also against another process.
 *
 * @param folder absolute; made with its parents where it is missing
 */
export async function createDurably(env: Env, folder: string, names: Iterable<string>): Promise<DurableFile> {
  try {
    await makeFolderDurably(env, folder);
    for (const name of names) {
      const claimed = await claim(env, join(folder, name));
      if (claimed) return claimed;
    }
  } catch (error) {
    throw diskError(error, folder);
  }
  throw new BackupError('store-failed', `There is no free name for an archive in ${folder}.`, { path: folder });
}

/** Folders too are names in a folder: those that are new must survive a power cut as the archive in them does. */
async function makeFolderDurably(env: Env, folder: string): Promise<void> {
  const missing: string[] = [];
  for (let path = folder; !(await env.fs.info(path)) && dirname(path) !== path; path = dirname(path))
    missing.push(path);
  if (missing.length === 0) return;
  await env.fs.makeFolder(folder);
  for (const path of missing) await env.fs.syncFolder(dirname(path));
}

/** @returns undefined where the name is taken, by a file in place or by one that is being written */
async function claim(env: Env, path: string): Promise<DurableFile | undefined> {
  const partial = `${path}${PARTIAL}`;
  const file = await openNew(env, partial);
  if (!file) return undefined;
  let state: 'open' | 'closed' | 'named' | 'done' = 'open';

  async function abandon(): Promise<void> {
    const was = state;
    state = 'done';
    if (was === 'done') return;
    // Each step whatever became of the others: what matters is that no name of ours stays.
    if (was === 'open') await quietly(env, partial, () => file?.close());
    if (was === 'named') await quietly(env, path, () => env.fs.remove(path));
    else await quietly(env, partial, () => env.fs.remove(partial));
  }

  try {
    if (await env.fs.info(path)) {
      await abandon();
      return undefined;
    }
  } catch (error) {
    await abandon();
    throw error;
  }

  return {
    path,
    append: async (bytes) => {
      try {
        await file.append(bytes);
      } catch (error) {
        throw diskError(error, path);
      }
    },
    async commit(verify) {
      try {
        await file.sync();
        state = 'closed';
        await file.close();
        await verify(partial);
        await env.fs.setReadOnly(partial);
        await env.fs.rename(partial, path);
        state = 'named';
        await env.fs.syncFolder(dirname(path));
        state = 'done';
      } catch (error) {
        await abandon();
        throw diskError(error, path);
      }
    },
    abandon,
  };
}

async function openNew(env: Env, partial: string) {
  try {
    return await env.fs.open(partial, 'create');
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

async function quietly(env: Env, path: string, step: () => Promise<void> | undefined): Promise<void> {
  try {
    await step();
  } catch (error) {
    // The failure that brought us here is the one to report.
    env.log.warn(`${path} could not be cleared away: ${messageOf(error)}`);
  }
}

/** Clears away what our crashed writers left: temporary files that nobody has written to for a day. Never rejects. */
export async function removeStalePartials(env: Env, folder: string): Promise<void> {
  await quietly(env, folder, async () => {
    if (!(await env.fs.info(folder))) return;
    for (const name of await env.fs.list(folder)) {
      if (!OUR_PARTIAL.test(name)) continue;
      const path = join(folder, name);
      const found = await env.fs.info(path);
      if (found?.kind === 'file' && env.clock.now() - found.modified > DAY) await env.fs.remove(path);
    }
  });
}

/**
 * Replaces a small file that can be made again: whole or not at all. A power cut may bring back the old one, since the folder
 * is not synced.
 *
 * @throws what the file system throws
 */
export async function replaceFile(env: Env, path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.${Buffer.from(env.random(4)).toString('hex')}${PARTIAL}`;
  const file = await env.fs.open(partial, 'create');
  try {
    try {
      await file.append(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await env.fs.rename(partial, path);
  } catch (error) {
    await quietly(env, partial, () => env.fs.remove(partial));
    throw error;
  }
}
