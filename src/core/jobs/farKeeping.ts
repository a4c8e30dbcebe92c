// What stays at a second place, decided over all that is there and all that is here, as one store.

import { createHash } from 'node:crypto';
import { dirname, join, relative, sep } from 'node:path';
import { isEncryptedName, twinName } from '../archive/archiveName.js';
import { isFile } from '../archive/manifest.js';
import type { ContentPromise } from '../archive/verified.js';
import { isBackupError, messageOf } from '../errors.js';
import { type FarFile, type FarFiles, farFiles } from '../offsite/farFiles.js';
import type { Place, PlacedFile } from '../offsite/place.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { type Decision, type PlacedArchive, planFarRetention, stemOf, superseded } from '../plan/farRetention.js';
import { contentKey } from '../plan/mergePlan.js';
import { planRetention } from '../plan/retention.js';
import type { RetentionItem } from '../plan/retentionItem.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import type { CopiedFile } from '../store/offsiteRecords.js';
import { openStore, type Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { isArchivePath, quiet } from './farStore.js';
import type { JobContext } from './job.js';

export interface Keeping {
  /** Archives of this store that are not kept there; absent where that cannot be decided now. */
  unwanted?: string[];
  /** Archives that lie there and go. */
  go: Decision[];
}

/** The store as it is here and there together. */
export interface Union {
  decide(keep: RetentionPolicy | null): Promise<Keeping>;
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

const INDEXES = ['index.json', 'index.age'] as const;

export async function openUnion(context: JobContext, store: Store, request: UnionRequest): Promise<Union> {
  const { env, signal } = context;
  const { place, folder, there } = request;
  const temporary = await temporaryFolder();
  try {
    const known = new Map(request.known.map((file) => [file.path, file.modified]));
    const files = new Map<string, FarFile>();
    for (const { path, size } of there) files.set(path, { path, size, modified: known.get(path) ?? 0 });
    const own = await filesHere(context, store, files);
    for (const file of own) files.set(file.path, file);
    const far = farFiles(env, place, folder, [...files.values()], temporary.path);
    const beside = [...files.values()].filter(({ path, here }) => here === undefined && !isArchivePath(path));
    await far.bring(
      beside.map(({ path }) => path),
      signal,
    );
    const union = await openStore({ ...env, fs: far.fs, log: quiet(env.log) }, far.root);
    const view: View = {
      ...{ union, far },
      pathOf: (archive) => relative(far.root, archive).split(sep).join('/'),
      here: new Set(own.map(({ path }) => path)),
      there: new Set(there.map(({ path }) => path)),
    };
    return {
      decide: (keep) => decide(context, view, keep),
      async indexes() {
        await union.list();
        const found = new Map<string, string>();
        for (const name of INDEXES) {
          const path = await far.localPath(name);
          if (path !== undefined) found.set(name, path);
        }
        return found;
      },
      close: () => temporary.remove().catch((error: unknown) => env.log.warn(`${temporary.path}: ${messageOf(error)}`)),
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
  const indexes = INDEXES.filter((name) => !there.has(name));
  const notes = [...folders].map((folder) => (folder === '.' ? 'annotations.jsonl' : `${folder}/annotations.jsonl`));
  for (const path of ['encryption.json', ...indexes, ...notes]) {
    const info = await env.fs.info(join(store.root, path)).catch(() => undefined);
    if (info?.kind === 'file') found.push({ path, size: info.size, modified: info.modified });
  }
  return found.map((file) => ({ ...file, here: join(store.root, file.path) }));
}

interface View {
  union: Store;
  far: FarFiles;
  pathOf(archive: string): string;
  /** Paths within the store. */
  here: ReadonlySet<string>;
  there: ReadonlySet<string>;
}

async function decide({ env }: JobContext, view: View, keep: RetentionPolicy | null): Promise<Keeping> {
  const { union, pathOf, here, there } = view;
  const listing = await union.list();
  const { staying } = await union.holdings();
  const all: Placed[] = staying.map(({ archive, id, boardId, contents }) => ({
    ...{ archive: pathOf(archive), id, boardId },
    contents: contents.map(contentKey),
    stored: new Map(contents.map((content) => [contentKey(content), content.storedSize])),
  }));
  const isInBoth = (path: string) => here.has(path) && there.has(path);
  const inBoth = all.filter(({ archive }) => isInBoth(archive));
  const extra = all.filter(({ archive }) => !here.has(archive));
  const stems = new Set(inBoth.map(({ archive }) => stemOf(archive)));
  // Under a key of before: whoever has the present one cannot read it, and has all of it in the later one.
  const locked = listing.unreadable
    .filter(({ error }) => isBackupError(error, 'key-wrong'))
    .map(({ path }) => pathOf(path))
    .filter((path) => !here.has(path) && stems.has(stemOf(path)));
  // Those need no key to be told: an archive that was encrypted lies there with its ending, and without it from before.
  const plain = [...there].filter((path) => !isEncryptedName(path) && isInBoth(twinName(path)) && !here.has(path));
  const isPlain = new Set(plain);
  const outdated = [
    ...plain.map((archive) => ({ archive, reason: 'It is not encrypted, and lies there encrypted by now.' })),
    ...superseded(extra, inBoth).filter(({ archive }) => !isPlain.has(archive)),
    ...locked.map((archive) => ({
      archive,
      reason: 'It is encrypted for an earlier key, and a later archive has it.',
    })),
  ];
  const isUnclear = listing.unreadable.length > locked.length;
  // Whoever has the key may know more the next time.
  if (!keep) return { ...(!isUnclear && { unwanted: [] }), go: outdated };
  if (isUnclear || listing.unclearNotes.length > 0) {
    env.log.info('Nothing is removed from the second place: not all that is there or here can be read.');
    return { go: outdated };
  }
  const isOutdated = new Set(outdated.map(({ archive }) => archive));
  const rest = all.filter(({ archive }) => !isOutdated.has(archive));
  const go: Decision[] = [];
  for (const id of new Set(listing.backups.map(({ board }) => board.id))) {
    const backups = listing.backups.filter(({ board }) => board.id === id);
    const archives = rest.filter(({ boardId }) => boardId === id);
    go.push(...(await decideBoard(view, backups, archives, keep, env.clock.now())));
  }
  return {
    unwanted: go.map(({ archive }) => archive).filter((archive) => here.has(archive)),
    go: [...outdated, ...go].filter(({ archive }) => there.has(archive)),
  };
}

type Placed = PlacedArchive & { boardId: string; stored: ReadonlyMap<string, number> };

async function decideBoard(
  view: View,
  backups: readonly BackupSummary[],
  archives: readonly Placed[],
  keep: RetentionPolicy,
  now: number,
): Promise<Decision[]> {
  const files = new Map<string, ContentPromise[]>();
  async function readFiles(wanted: readonly BackupSummary[]): Promise<void> {
    await view.far.bring(wanted.map(({ archive }) => view.pathOf(archive)));
    for (const backup of wanted) files.set(backup.id, (await view.union.readManifest(backup)).entries.filter(isFile));
  }
  // Only a limit of bytes asks for the content of all.
  if (keep.maxBytes !== undefined) await readFiles(backups);
  const stored = new Map(archives.flatMap((archive) => [...archive.stored]));
  const items = backups.map((backup) => itemOf(backup, files.get(backup.id) ?? [], stored));
  const kept = new Map(planRetention(items, keep, now).keep.map(({ id, reasons }) => [id, reasons]));
  if (archives.every(({ id }) => kept.has(id))) return [];
  await readFiles(backups.filter(({ id }) => kept.has(id) && !files.has(id)));
  const rank = new Map(backups.map(({ id }, index) => [id, index]));
  const newestFirst = archives.toSorted((one, other) => (rank.get(one.id) ?? 0) - (rank.get(other.id) ?? 0));
  const needs = new Map([...files].map(([id, own]) => [id, own.map(contentKey)]));
  return planFarRetention(newestFirst, kept, needs).go;
}

function itemOf(
  backup: BackupSummary,
  files: readonly ContentPromise[],
  stored: ReadonlyMap<string, number>,
): RetentionItem {
  const { id, sequence, createdAt, origin, set, pinned, verified } = backup;
  const contents = new Map(
    files.map((file): [ContentHash, number] => [file.sha256, stored.get(contentKey(file)) ?? file.size]),
  );
  return {
    ...{ id, sequence, createdAt, origin, pinned, overhead: 0, contents, isSound: verified?.isSound !== false },
    ...(set !== undefined && { set }),
  };
}

/** @returns what the last decision was made for: where it is the same again, so is the decision */
export async function decisionKey(context: JobContext, store: Store, keep: RetentionPolicy | null): Promise<string> {
  const files = await filesHere(context, store, new Map());
  // What is noted moves backups in and out; when it was written does not.
  const told = files.map(({ path, size }) => [path, size]);
  const day = Math.floor(context.env.clock.now() / 86_400_000);
  const text = JSON.stringify([keep, told, keep?.maxAgeDays === undefined ? 0 : day]);
  return createHash('sha256').update(text).digest('hex');
}
