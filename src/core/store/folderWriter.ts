// Writes the entries of an archive as plain files into a folder, so that they can be read without any tool.

import { createHash } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import { rewriteArchive } from '../archive/rewrite.js';
import type { EntryWriter } from '../archive/zipWriter.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { makeFolderDurably } from './durable.js';
import { quietly } from './partials.js';
import { type PutArchive, stoppable } from './putArchive.js';

export interface PutFolder extends Omit<PutArchive, 'folder' | 'names' | 'target' | 'beside'> {
  /** Absolute path of a folder that does not exist. */
  target: string;
}

/** Absolute paths of what was made: of files with the SHA-256 of what was written, in hex. */
interface Made {
  files: Map<string, string>;
  folders: string[];
}

/** @throws BackupError `path-taken`, `store-…`; then nothing of it is left */
export async function putFolder(env: Env, put: PutFolder): Promise<void> {
  const { target, plan, read, signal, onContent } = put;
  await refuseTaken(env, target);
  const partial = `${target}.${Buffer.from(env.random(4)).toString('hex')}.partial`;
  const made: Made = { files: new Map(), folders: [] };
  let isNamed = false;
  try {
    await makeFolderDurably(env, dirname(target));
    await rewriteArchive(entriesIn(env, partial, made), plan, stoppable(read, signal), onContent);
    await proveFiles(env, partial, made.files);
    await env.fs.rename(partial, target);
    isNamed = true;
    await env.fs.syncFolder(dirname(target));
  } catch (error) {
    if (isNamed) await quietly(env, target, () => env.fs.rename(target, partial));
    for (const path of made.files.keys()) await quietly(env, path, () => env.fs.remove(path));
    for (const path of made.folders.reverse()) await quietly(env, path, () => env.fs.removeFolder(path));
    throw diskError(error, target);
  }
}

/** @throws BackupError `path-taken` if something has that name */
export async function refuseTaken(env: Env, target: string): Promise<void> {
  const found = await env.fs.info(target).catch((error: unknown) => {
    throw diskError(error, target);
  });
  if (!found) return;
  throw new BackupError('path-taken', t('{0} already exists. Nothing was written.', target), {
    path: target,
    hint: t('Choose another name.'),
  });
}

/** Names have to fit the disk: `canHold` of the plan sees to that. */
function entriesIn(env: Env, root: string, made: Made): EntryWriter {
  async function makeFolder(path: string): Promise<void> {
    if (path.length < root.length || made.folders.includes(path)) return;
    await makeFolder(dirname(path));
    await env.fs.makeFolder(path);
    made.folders.push(path);
  }

  return {
    addFolder: (name) => makeFolder(join(root, name.replace(/\/$/, ''))),
    async addFile(name, _modified, _size, chunks) {
      const path = join(root, name);
      await makeFolder(dirname(path));
      const file = await env.fs.open(path, 'create');
      made.files.set(path, '');
      const hash = createHash('sha256');
      let size = 0;
      try {
        for await (const chunk of chunks) {
          await file.append(chunk);
          hash.update(chunk);
          size += chunk.length;
        }
        await file.sync();
      } finally {
        await file.close();
      }
      made.files.set(path, hash.digest('hex'));
      return size;
    },
    async finish() {
      for (const path of made.folders) await env.fs.syncFolder(path);
    },
  };
}

/** P14: what is said to be there was read back, and is what was written: `checksums.txt` too, which could not say so itself. */
async function proveFiles(env: Env, folder: string, files: Made['files']): Promise<void> {
  for (const [path, sha256] of files) {
    if ((await hashOfFile(env, path)) === sha256) continue;
    throw new BackupError(
      'store-failed',
      t('The disk did not keep what was written to it: {0}', relative(folder, path)),
      {
        path: folder,
        hint: t('Check the disk, or choose another folder.'),
      },
    );
  }
}

async function hashOfFile(env: Env, path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await env.fs.open(path, 'read');
  try {
    const buffer = new Uint8Array(1 << 16);
    for (let position = 0; ; ) {
      const count = await file.read(buffer, position);
      if (count === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, count));
      position += count;
    }
  } finally {
    await file.close();
  }
}
