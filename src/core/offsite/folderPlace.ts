// A second place that is a folder: another disk, a share. No rclone is needed, and each file is as durable there as in the store:
// under a temporary name beside its own, synced, read back, and then renamed.

import { dirname, join } from 'node:path';
import { twinName } from '../archive/archiveName.js';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError, isBackupError, messageOf, systemCode, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { createDurably, makeFolderDurably, replaceFile } from '../store/durable.js';
import { clearForgotten, clearLeftover, removeStalePartials } from '../store/partials.js';
import { chunksOf, hashesOf } from './fileHashes.js';
import {
  isPlainPath,
  mismatch,
  type Place,
  type PlacedFile,
  type Put,
  REPLACED,
  runName,
  type Travelling,
  type Work,
} from './place.js';

/** Deeper than a store goes. */
const DEPTH = 4;
/** One store copies into its folder at a time: what nobody has touched for so long, nobody writes, whichever computer it was of. */
const FORGOTTEN_MS = 60 * 60_000;

/** @param base absolute path */
export function folderPlace(env: Env, base: string): Place {
  const { fs } = env;

  /** Failures of the disk, as those of the place. */
  async function at<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (isBackupError(error, 'cancelled') || isBackupError(error, 'place-unreachable')) throw error;
      const { message, cause } = diskError(error, base);
      throw new BackupError('place-failed', t('The second place failed: {0}', message), {
        path: base,
        hint: t('Check its disk, what may be done there, and how much room it has.'),
        cause: cause ?? error,
      });
    }
  }

  /** A folder that is not there is a disk that is not there: it must not be made on the disk below. */
  async function mustExist(path: string): Promise<void> {
    if ((await fs.info(path))?.kind === 'folder') return;
    throw new BackupError('place-unreachable', t('The second place cannot be reached: there is no folder {0}.', path), {
      path,
      hint: t('Connect its disk. If the folder was deleted, set the second place again.'),
    });
  }

  async function filesBelow(
    top: string,
    path: string,
    depth: number,
    signal: AbortSignal | undefined,
  ): Promise<PlacedFile[]> {
    throwIfCancelled(signal);
    const found: PlacedFile[] = [];
    for (const name of (await fs.list(join(top, path))).sort()) {
      const each = path === '' ? name : `${path}/${name}`;
      const info = await fs.info(join(top, each));
      if (!isPlainPath(each) || name === REPLACED || name.endsWith('.partial')) continue;
      if (info?.kind === 'file') found.push({ path: each, size: info.size });
      if (info?.kind === 'folder' && depth > 1) found.push(...(await filesBelow(top, each, depth - 1, signal)));
    }
    return found;
  }

  async function putOne(
    from: string,
    target: string,
    file: Travelling,
    how: 'new' | 'replace',
    work: Work,
  ): Promise<boolean> {
    if (!(await fs.info(from))) return false;
    const [folder, name] = [dirname(target), target.slice(dirname(target).length + 1)];
    await makeFolderDurably(env, folder);
    if (how === 'replace') {
      await replaceFile(env, target, await fs.readFile(from));
      return true;
    }
    await clearLeftover(env, folder, name);
    await clearForgotten(env, folder, name, FORGOTTEN_MS);
    // It comes as it is, and may lie there plain for a while, or for the key before.
    const durable = await createDurably(env, folder, [name], undefined, twinName(target));
    try {
      for await (const chunk of chunksOf(env, from)) {
        throwIfCancelled(work.signal);
        await durable.append(chunk);
        work.onBytes?.(chunk.length);
      }
      await durable.commit(async (partial) => {
        const wrong = mismatch(file, await hashesOf(env, partial, work.signal));
        if (wrong === undefined) return;
        throw new BackupError(
          'place-failed',
          t('The second place did not keep what was copied to it: {0}: {1}', file.path, wrong),
          {
            path: target,
            hint: t('Check its disk.'),
          },
        );
      });
      return true;
    } catch (error) {
      await durable.abandon();
      throw error;
    }
  }

  /** @returns why it cannot be read */
  async function fetchOne(source: string, target: string, work: Work): Promise<string | undefined> {
    if ((await fs.info(source))?.kind !== 'file') return undefined;
    await fs.makeFolder(dirname(target));
    const file = await fs.open(target, 'create');
    let failure: unknown;
    try {
      for await (const chunk of readingOf(source)) {
        await file.append(chunk);
        work.onBytes?.(chunk.length);
      }
    } finally {
      await file.close();
    }
    if (failure === undefined) return undefined;
    await fs.remove(target);
    return t('It cannot be read there: {0}', messageOf(failure));

    /** What goes wrong at the source alone is passed over. */
    async function* readingOf(path: string): AsyncGenerator<Uint8Array> {
      try {
        yield* chunksOf(env, path);
      } catch (error) {
        failure = error;
      }
    }
  }

  return {
    shown: base,

    make: (folder) =>
      at(async () => {
        // One level is made: more is a mistake in the path, or a disk that is not connected.
        if (!(await fs.info(base))) await mustExist(dirname(base));
        await makeFolderDurably(env, join(base, folder));
        await replaceFile(env, join(base, folder, 'probe'), Buffer.from('Can anything be written here?\n'));
        await fs.remove(join(base, folder, 'probe'));
      }),

    listAll: ({ signal }) =>
      at(async () => {
        await mustExist(base);
        return filesBelow(base, '', DEPTH, signal);
      }),

    list: (folder, { signal, hashes }) =>
      at(async () => {
        await mustExist(join(base, folder));
        const files = await filesBelow(join(base, folder), '', DEPTH, signal);
        if (!hashes) return files;
        const hashed: PlacedFile[] = [];
        for (const file of files) {
          try {
            hashed.push({ ...file, ...(await hashesOf(env, join(base, folder, file.path), signal)) });
          } catch (error) {
            // One that cannot be read stops no other. Whoever wants it is told.
            if (systemCode(error) === undefined) throw error;
            hashed.push(file);
          }
        }
        return hashed;
      }),

    put: (folder, from, files, how, work) =>
      at(async () => {
        await mustExist(join(base, folder));
        const put: Put = { there: [], failed: [] };
        let first: unknown;
        for (const file of files) {
          throwIfCancelled(work.signal);
          const target = join(base, folder, file.path);
          try {
            if (await putOne(join(from, file.path), target, file, how, work)) put.there.push(file.path);
          } catch (error) {
            const failure = diskError(error, target);
            if (failure.code === 'cancelled') throw failure;
            first ??= failure;
            put.failed.push({ path: file.path, reason: failure.message });
          }
        }
        if (first !== undefined && put.there.length === 0) throw first;
        return put;
      }),

    setAside: (folder, paths) =>
      at(async () => {
        const aside = join(base, REPLACED, folder, runName(env));
        for (const path of paths) {
          const target = join(aside, path);
          await makeFolderDurably(env, dirname(target));
          await fs.rename(join(base, folder, path), target);
          await fs.syncFolder(dirname(target));
          await fs.syncFolder(dirname(join(base, folder, path)));
        }
      }),

    listAside: (folder, { signal }) =>
      at(async () => {
        const top = join(base, REPLACED, folder);
        return (await fs.info(top))?.kind === 'folder' ? filesBelow(top, '', DEPTH, signal) : [];
      }),

    remove: (folder, paths) =>
      at(async () => {
        for (const path of paths) await fs.remove(join(base, folder, path));
        for (const parent of new Set(paths.map((path) => dirname(join(base, folder, path)))))
          await fs.syncFolder(parent);
      }),

    // What is fresh may be somebody's: a leftover of ours goes when its file is copied again.
    async tidy(folder) {
      const top = join(base, folder);
      if ((await fs.info(top))?.kind !== 'folder') return;
      for (const path of [top, ...(await fs.list(top)).map((name) => join(top, name))]) {
        if ((await fs.info(path))?.kind === 'folder') await removeStalePartials(env, path, FORGOTTEN_MS);
      }
    },

    fetch: (folder, paths, into, work) =>
      at(async () => {
        const failed: Put['failed'] = [];
        for (const path of paths) {
          throwIfCancelled(work.signal);
          const reason = await fetchOne(join(base, folder, path), join(into, path), work);
          if (reason !== undefined) failed.push({ path, reason });
        }
        return failed;
      }),

    pathOf: (folder, path) => join(base, folder, path),
  };
}
