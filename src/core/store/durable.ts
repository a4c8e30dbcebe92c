// Durable new files: a name holds either nothing or the whole, verified file, whatever fails and whenever (P04, P05).
// The order: temporary beside its target, opened exclusively; all bytes; sync; close; re-open and verify; rename; sync
// the folder. A crash leaves a `.partial`, which nobody takes for an archive; the next backup goes on from it (leftovers.ts).

import { dirname, join } from 'node:path';
import { encryptingFile } from '../archive/age.js';
import { type AgeKey, type AgeTarget, newAgeKey } from '../archive/ageHeader.js';
import { ENCRYPTED_ENDING, isEncryptedName, twinName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import { rememberKey } from '../archive/knownKeys.js';
import type { Env, OpenFile } from '../env.js';
import { BackupError, isBackupError, systemCode } from '../errors.js';
import { t } from '../l10n.js';
import { markOf, partialOf, quietly } from './partials.js';

/** A name that is ours, and the temporary file behind it. */
export interface DurableFile {
  /** Absolute path that the file will have. */
  readonly path: string;
  append(bytes: Uint8Array): Promise<void>;
  /**
   * @param verify looks at the file as it stands on disk, and rejects if it is not right (P14)
   * @throws BackupError; then nothing of it is left under either name. Only if `verify` was cancelled, the caller still
   *   has to say what becomes of it
   */
  commit(verify: (partial: string) => Promise<void>): Promise<void>;
  /** Leaves it as it is under its temporary name, for others to read. Never rejects; does nothing after `commit`. */
  setAside(): Promise<void>;
  /** Leaves nothing. Never rejects; does nothing after `commit`. */
  abandon(): Promise<void>;
}

/**
 * Reserves the first free of `names`: whoever makes its temporary file has it, also against another process.
 *
 * @param folder absolute; made with its parents if it is missing
 * @param names an encrypted file gets `.age` at the end of its name, if that is not there
 * @param target for whom it is encrypted; undefined for a plain file
 * @param beside the path of an archive that does not stand in the way though it has the same name in the other form
 */
export async function createDurably(
  env: Env,
  folder: string,
  names: Iterable<string>,
  target?: AgeTarget,
  beside?: string,
): Promise<DurableFile> {
  const key = target && (await newAgeKey(target));
  if (key) rememberKey(env.keys, key);
  try {
    await makeFolderDurably(env, folder);
    for (const name of names) {
      const path = join(folder, key && !isEncryptedName(name) ? `${name}${ENCRYPTED_ENDING}` : name);
      const claimed = await claim(env, path, key, twinName(path) === beside ? undefined : twinName(path));
      if (claimed) return claimed;
    }
  } catch (error) {
    throw diskError(error, folder);
  }
  throw new BackupError('store-failed', t('There is no free name for an archive in {0}.', folder), { path: folder });
}

/**
 * Folders too are names in a folder: they must survive a power cut as the archive in them does. One after the other, each synced
 * before the next is made: so a process that was killed here leaves at most one that is not, and whoever comes next syncs it.
 */
export async function makeFolderDurably(env: Env, folder: string): Promise<void> {
  const missing: string[] = [];
  let there = folder;
  for (; !(await env.fs.info(there)) && dirname(there) !== there; there = dirname(there)) missing.unshift(there);
  try {
    await env.fs.syncFolder(dirname(there));
  } catch (error) {
    // A folder above the store may be somebody else's, and hold names that we cannot even list: then we made none of them.
    if (!['EACCES', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
  for (const path of missing) {
    await env.fs.makeFolder(path);
    await env.fs.syncFolder(dirname(path));
  }
}

/**
 * @param twin a name that must be free as well
 * @returns undefined if the name is taken, by a file in place or by one that is being written
 */
async function claim(
  env: Env,
  path: string,
  key: AgeKey | undefined,
  twin: string | undefined,
): Promise<DurableFile | undefined> {
  const partial = partialOf(path);
  const mark = markOf(env, path);
  // The mark comes first and goes last: a partial archive without one has no writer.
  if (!(await createEmpty(env, mark))) return undefined;
  let opened: OpenFile | undefined;
  let file: OpenFile | undefined;
  let state: 'marked' | 'open' | 'closed' | 'named' | 'done' = 'marked';

  /** Each step whatever became of the others: what matters is that no name of ours stays. */
  async function end(isKept: boolean): Promise<void> {
    const was = state;
    state = 'done';
    if (was === 'done') return;
    // What is left for others has its end; what nobody will see needs none.
    if (was === 'open') await quietly(env, partial, () => (isKept ? (file ?? opened) : opened)?.close());
    if (was === 'named') await quietly(env, path, () => env.fs.remove(path));
    if ((was === 'open' || was === 'closed') && !isKept) await quietly(env, partial, () => env.fs.remove(partial));
    await quietly(env, mark, () => env.fs.remove(mark));
  }

  try {
    opened = await openNew(env, partial);
    if (opened) state = 'open';
    if (!opened || (await env.fs.info(path)) || (twin !== undefined && (await isTaken(env, twin)))) {
      await end(false);
      return undefined;
    }
    file = key ? await encryptingFile(opened, key, env.random(16)) : opened;
  } catch (error) {
    await end(false);
    throw error;
  }
  const written = file;

  return {
    path,
    append: async (bytes) => {
      try {
        await written.append(bytes);
      } catch (error) {
        throw diskError(error, path);
      }
    },
    async commit(verify) {
      try {
        await written.sync();
        state = 'closed';
        await written.close();
        await verify(partial);
        await env.fs.setReadOnly(partial);
        await env.fs.rename(partial, path);
        state = 'named';
        await env.fs.syncFolder(dirname(path));
      } catch (error) {
        if (!isBackupError(error, 'cancelled')) await end(false);
        throw diskError(error, path);
      }
      state = 'done';
      await quietly(env, mark, () => env.fs.remove(mark));
    },
    setAside: () => end(true),
    abandon: () => end(false),
  };
}

async function isTaken({ fs }: Env, path: string): Promise<boolean> {
  return (await fs.info(path)) !== undefined || (await fs.info(partialOf(path))) !== undefined;
}

/** @returns false if something has that name */
async function createEmpty(env: Env, path: string): Promise<boolean> {
  const file = await openNew(env, path);
  try {
    await file?.close();
  } catch (error) {
    await quietly(env, path, () => env.fs.remove(path));
    throw error;
  }
  return file !== undefined;
}

async function openNew(env: Env, partial: string) {
  try {
    return await env.fs.open(partial, 'create');
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/**
 * Replaces a small file: whole or not at all.
 *
 * @throws what the file system throws; the old one is there then, or the new one
 */
export async function replaceFile(env: Env, path: string, bytes: Uint8Array): Promise<void> {
  const partial = partialOf(`${path}.${Buffer.from(env.random(4)).toString('hex')}`);
  await writeNewFile(env, partial, bytes);
  try {
    await env.fs.rename(partial, path);
    await env.fs.syncFolder(dirname(path));
  } catch (error) {
    await quietly(env, partial, () => env.fs.remove(partial));
    throw error;
  }
}

/**
 * Writes a small file if there is none.
 *
 * @throws what the file system throws: `EEXIST` if something has that name; else nothing of it is left
 */
export async function writeNewFile(env: Env, path: string, bytes: Uint8Array): Promise<void> {
  const file = await env.fs.open(path, 'create');
  try {
    try {
      await file.append(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await quietly(env, path, () => env.fs.remove(path));
    throw error;
  }
}
