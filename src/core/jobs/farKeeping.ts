// The store as it is here and at its second place together: what stays there is decided over both.

import { createHash } from 'node:crypto';
import { dirname, join, relative, sep } from 'node:path';
import { type FarFile, type FarFiles, farFiles } from '../offsite/farFiles.js';
import type { Place, PlacedFile } from '../offsite/place.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import type { CopiedFile } from '../store/offsiteRecords.js';
import { openStore, type Store } from '../store/store.js';
import { ENCRYPTION_FILE, INDEX_FILES, isBeside, notesIn } from '../store/storeFiles.js';
import { isOfStore, quiet } from './farStore.js';
import type { JobContext } from './job.js';

/** The store as it is here and there together. */
export interface Union {
  view: View;
  /** Brings its index up to date. @returns the files of it, by name */
  indexes(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

export interface UnionRequest {
  place: Place;
  folder: string;
  there: readonly PlacedFile[];
  /** What lies there, as it was when it was copied. */
  known: readonly CopiedFile[];
}

export async function openUnion(context: JobContext, store: Store, request: UnionRequest): Promise<Union> {
  const { env, signal } = context;
  const { place, folder, there } = request;
  const temporary = await temporaryFolder();
  try {
    const known = new Map(request.known.map((file) => [file.path, file.modified]));
    const files = new Map<string, FarFile>();
    // How it is encrypted, the store here says.
    for (const { path, size } of there.filter((file) => isOfStore(file) && file.path !== ENCRYPTION_FILE))
      files.set(path, { path, size, modified: known.get(path) ?? 0 });
    const own = await filesHere(context, store, files);
    for (const file of own) files.set(file.path, file);
    const far = farFiles(env, place, folder, [...files.values()], temporary.path);
    const beside = [...files.values()].filter(({ path, here }) => here === undefined && isBeside(path));
    await far.bring(
      beside.map(({ path }) => path),
      signal,
    );
    const union = await openStore({ ...env, fs: far.fs, log: quiet(env.log) }, far.root);
    const view: View = {
      union,
      far,
      pathOf: (archive) => relative(far.root, archive).split(sep).join('/'),
      here: new Set(own.map(({ path }) => path)),
    };
    return {
      view,
      async indexes() {
        await union.list();
        const found = new Map<string, string>();
        for (const name of INDEX_FILES) {
          const path = await far.localPath(name);
          if (path !== undefined) found.set(name, path);
        }
        return found;
      },
      close: () => temporary.discard(env.log),
    };
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

/** Archives of the store and what is noted on them. The index of the place covers more than that of the store. */
async function filesHere({ env }: JobContext, store: Store, there: ReadonlyMap<string, FarFile>): Promise<FarFile[]> {
  const archives = await store.files();
  const found = archives.map(({ archive, size, modified }) => ({ path: archive, size, modified }));
  const folders = new Set(archives.map(({ archive }) => dirname(archive)));
  const indexes = INDEX_FILES.filter((name) => !there.has(name));
  for (const path of [ENCRYPTION_FILE, ...indexes, ...[...folders].map(notesIn)]) {
    const info = await env.fs.info(join(store.root, path)).catch(() => undefined);
    if (info?.kind === 'file') found.push({ path, size: info.size, modified: info.modified });
  }
  return found.map((file) => ({ ...file, here: join(store.root, file.path) }));
}

export interface View {
  union: Store;
  far: FarFiles;
  pathOf(archive: string): string;
  /** Paths within the store. */
  here: ReadonlySet<string>;
}

/** @returns what the last decision was made for: if it is the same again, so is the decision */
export async function decisionKey(context: JobContext, store: Store, keep: RetentionPolicy | null): Promise<string> {
  const files = await filesHere(context, store, new Map());
  // What is noted moves backups in and out; when it was written does not.
  const told = files.map(({ path, size }) => [path, size]);
  const day = Math.floor(context.env.clock.now() / 86_400_000);
  const text = JSON.stringify([keep, told, keep?.maxAgeDays === undefined ? 0 : day]);
  return createHash('sha256').update(text).digest('hex');
}
