// Copies files and folders of a backup to a disk of this computer, as they are. What is there already is replaced only if
// somebody says so. Writes neither to a board nor to a store.

import { dirname, join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import { isFile, type ManifestEntry, type ManifestFile } from '../archive/manifest.js';
import { createPlacement, isPortable } from '../archive/placement.js';
import type { Env } from '../env.js';
import { BackupError, cancelled, throwIfCancelled, withSentence } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, commonParent, displayPath, isInside, ROOT } from '../paths.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { count } from '../text.js';
import { type JobContext, type Phases, trackPhases } from './job.js';
import { refuseInside } from './refuseInside.js';

/** What becomes of files that are there already. Undefined: nothing is written at all. */
export type OnTaken = (taken: readonly string[]) => Promise<'replace' | 'keep' | undefined>;

export interface ExtractOptions {
  backup: BackupSummary;
  /** Files and folders of the backup. They keep their paths below the folder that holds all of them. */
  paths: readonly BoardPath[];
  /** Absolute: a folder to copy into, which is made if it does not exist; or the name for one file. */
  to: { folder: string } | { file: string };
  /** Is asked with the absolute paths. */
  onTaken: OnTaken;
}

export interface ExtractResult {
  /** Absolute paths of what was written. */
  written: string[];
  /** Absolute paths of what was there already, and stayed. */
  kept: string[];
  /** What has a name that not every disk takes, or differs from another one in upper and lower case alone. */
  unfit: BoardPath[];
  /** Bytes that were written. */
  bytes: number;
}

interface Copy {
  file: ManifestFile;
  /** Absolute. */
  to: string;
}

interface CopyPlan {
  files: Copy[];
  /** Absolute. */
  folders: string[];
  unfit: BoardPath[];
}

/** @throws BackupError `bad-argument`, `path-taken` (a folder has the name of a file), `cancelled`, `content-missing`, `store-…` */
export async function extract(context: JobContext, store: Store, options: ExtractOptions): Promise<ExtractResult> {
  const { backup, paths, to, onTaken } = options;
  const { env, signal } = context;
  refuseInside(store.root, 'file' in to ? to.file : to.folder);
  await store.unlock();
  const { entries } = await store.readManifest(backup);
  const plan = 'file' in to ? planOne(entries, paths, to.file) : planInto(entries, paths, to.folder);
  const taken = await findTaken(env, plan);
  const answer = taken.size > 0 ? await onTaken([...taken]) : 'keep';
  if (!answer) throw cancelled();
  const copies = plan.files.filter((copy) => answer === 'replace' || !taken.has(copy.to));
  const phases = trackPhases(context);
  phases.begin('copy', { files: copies.length, bytes: copies.reduce((sum, { file }) => sum + file.size, 0) });
  const result: ExtractResult = { written: [], kept: answer === 'keep' ? [...taken] : [], unfit: plan.unfit, bytes: 0 };
  try {
    for (const folder of plan.folders) await onDisk(folder, () => env.fs.makeFolder(folder));
    for (const copy of copies) {
      throwIfCancelled(signal);
      phases.file(copy.file.path);
      await write(context, store, copy, taken.has(copy.to), phases);
      result.written.push(copy.to);
      result.bytes += copy.file.size;
    }
  } catch (error) {
    const { length } = result.written;
    throw length === 0 ? error : withSentence(error, t('{0} had been written by then.', count(length, 'file')));
  }
  return result;
}

/** The name is the user's. */
function planOne(entries: readonly ManifestEntry[], [path = ROOT]: readonly BoardPath[], to: string): CopyPlan {
  const file = entries.filter(isFile).find((entry) => entry.path === path);
  if (!file) throw nowhere(path);
  return { files: [{ file, to }], folders: [dirname(to)], unfit: [] };
}

function planInto(entries: readonly ManifestEntry[], paths: readonly BoardPath[], folder: string): CopyPlan {
  for (const path of paths) if (!entries.some((entry) => isInside(entry.path, path))) throw nowhere(path);
  const wanted = entries.filter((entry) => paths.some((path) => isInside(entry.path, path)));
  const base = commonParent(paths);
  // P44: no name leads out of the folder, and none is another one on a disk that takes upper and lower case for the same.
  const placement = createPlacement(isPortable);
  const plan: CopyPlan = { files: [], folders: [folder], unfit: [] };
  for (const entry of wanted) {
    const isFitting = isFile(entry)
      ? placement.ofFile(entry.path, entry.sha256).startsWith('files/')
      : placement.ofFolder(entry.path) !== undefined;
    const way = base === ROOT ? entry.path : entry.path.slice(base.length + 1);
    const to = join(folder, ...way.split('/'));
    if (!isFitting) plan.unfit.push(entry.path);
    else if (isFile(entry)) plan.files.push({ file: entry, to });
    else plan.folders.push(to);
  }
  return plan;
}

/** @returns absolute paths of files that are there. @throws BackupError `path-taken` if something else is */
async function findTaken(env: Env, { files }: CopyPlan): Promise<Set<string>> {
  const taken = new Set<string>();
  for (const { to } of files) {
    const found = await onDisk(to, () => env.fs.info(to));
    if (found && found.kind !== 'file') {
      throw new BackupError(
        'path-taken',
        t('{0} is a folder, and a file would have that name. Nothing was written.', to),
        {
          path: to,
          hint: t('Choose another place.'),
        },
      );
    }
    if (found) taken.add(to);
  }
  return taken;
}

/** Under a name of its own first, which fits however long theirs is: what was there stays whole until the new one is. */
async function write(
  { env, signal }: JobContext,
  store: Store,
  { file, to }: Copy,
  replaces: boolean,
  phases: Phases,
): Promise<void> {
  const partial = join(dirname(to), `.${Buffer.from(env.random(8)).toString('hex')}.partial`);
  const name = replaces ? partial : to;
  await onDisk(dirname(to), () => env.fs.makeFolder(dirname(to)));
  const target = await onDisk(to, () => env.fs.open(name, 'create'));
  let isDone = false;
  try {
    try {
      for await (const chunk of store.readContent(file)) {
        throwIfCancelled(signal);
        await target.append(chunk);
        phases.add({ bytes: chunk.length });
      }
      await target.sync();
    } finally {
      await target.close();
    }
    if (replaces) await env.fs.rename(partial, to);
    isDone = true;
  } catch (error) {
    throw diskError(error, to);
  } finally {
    if (!isDone) await env.fs.remove(name).catch((error: unknown) => env.log.warn(`${name}: ${String(error)}`));
  }
  phases.add({ files: 1 });
}

async function onDisk<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw diskError(error, path);
  }
}

function nowhere(path: BoardPath): BackupError {
  const message = path === ROOT ? t('The backup has no file.') : t('The backup has no {0}.', displayPath(path));
  return new BackupError('bad-argument', message, { path, hint: t('Check the name.') });
}
