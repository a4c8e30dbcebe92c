// One copy to the second place, as far as it has come: what lies where, and what is remembered of it at each step.

import { isOfKey } from '../archive/archiveErrors.js';
import { isArchiveName, isEncryptedName } from '../archive/archiveName.js';
import type { PlacedFile } from '../offsite/place.js';
import { type ArchiveFile, type CopyPlan, planCopy } from '../plan/offsitePlan.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import { type CopiedFile, decodeCopied, type OffsiteMemory } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import { LARGEST_BESIDE } from '../store/storeFiles.js';
import { FAR_RECORD, readFar } from './farFile.js';
import { decisionKey } from './farKeeping.js';
import { type JobContext, trackPhases } from './job.js';
import { type ChosenPlace, policyOf } from './offsitePlace.js';
import { type SoundArchive, soundArchive } from './soundArchive.js';

export interface SyncRun {
  readonly store: Store;
  readonly chosen: ChosenPlace;
  readonly keep: RetentionPolicy | null;
  /** What is decided for this is decided. */
  readonly key: string;
  readonly isDecided: boolean;
  readonly here: readonly ArchiveFile[];
  /** What lies there by now. */
  readonly listed: readonly PlacedFile[];
  readonly memory: OffsiteMemory;
  isHere(path: string): boolean;
  remember(change: Partial<OffsiteMemory>): Promise<void>;
  /** Archives have come there. */
  arrived(archives: readonly SoundArchive[]): Promise<void>;
  /** Archives are there no more. */
  gone(paths: readonly string[], change: Partial<OffsiteMemory>): Promise<void>;
}

export async function beginRun(context: JobContext, store: Store, chosen: ChosenPlace): Promise<SyncRun> {
  const { place, config } = chosen;
  trackPhases(context).begin('connect');
  let listed = await place.list(config.folder, { signal: context.signal });
  const here = await archivesHere(store);
  const own = new Set(here.map(({ path }) => path));
  let memory = await knownNow(context, chosen, listed, await store.offsite.memory());
  const found = await recognised(context, store, here, listed, memory);
  memory = withSound(memory, found);
  const keep = policyOf(config.keep);
  const key = await decisionKey(context, store, keep);
  const hasExtra = listed.some(({ path }) => isArchiveName(path) && !own.has(path));
  const isAsDecided = memory.decidedFor === key && !(await mayOpenLocked(context, store, memory));
  const isDecided = isAsDecided || (keep === null && !hasExtra);
  // A step that changes nothing writes nothing.
  let saved = JSON.stringify(memory);
  const remember = async (change: Partial<OffsiteMemory>) => {
    memory = { ...memory, ...change };
    const text = JSON.stringify(memory);
    if (text !== saved) await store.offsite.remember(memory);
    saved = text;
  };
  return {
    store,
    chosen,
    keep,
    key,
    isDecided,
    here,
    get listed() {
      return listed;
    },
    get memory() {
      return memory;
    },
    isHere: (path) => own.has(path),
    remember,
    async arrived(archives) {
      listed = merged(
        listed,
        archives.map(({ file: { path, size } }) => ({ path, size })),
      );
      await remember(withSound(memory, archives));
    },
    async gone(paths, change) {
      const away = new Set(paths);
      listed = listed.filter(({ path }) => !away.has(path));
      const proven = Object.fromEntries(Object.entries(memory.proven).filter(([path]) => !away.has(path)));
      await remember({ ...change, ...forgotten(memory, paths), proven, going: [] });
    },
  };
}

/** Whoever gives more than the key of the store gives an earlier one, perhaps. */
async function mayOpenLocked({ env }: JobContext, store: Store, { locked }: OffsiteMemory): Promise<boolean> {
  if (locked.length === 0) return false;
  try {
    return (await env.keys.secretsFor(store.root)).length > 1;
  } catch (error) {
    if (isOfKey(error)) return false;
    throw error;
  }
}

/** @returns archives that lie there just as they were copied, as far as sizes tell */
export function holdNow({ listed, memory }: SyncRun): Set<string> {
  const sizes = new Map(listed.map(({ path, size }) => [path, size]));
  return new Set(memory.archives.filter(({ path, size }) => sizes.get(path) === size).map(({ path }) => path));
}

export function planNow({ here, listed, memory }: SyncRun): CopyPlan {
  const there = listed.filter(({ path }) => isArchiveName(path));
  return planCopy(here, there, memory.archives, memory.alike, new Set(memory.unwanted));
}

/** The memory with archives that have come there. */
export function withSound(memory: OffsiteMemory, archives: readonly SoundArchive[]): OffsiteMemory {
  const proven = { ...memory.proven };
  for (const { file, holds } of archives) {
    if (holds !== undefined && isEncryptedName(file.path)) proven[file.path] = holds;
    else delete proven[file.path];
  }
  const files = archives.map(({ file }) => file);
  return { ...memory, archives: merged(memory.archives, files), proven };
}

/** What is there no more. */
function forgotten({ archives, lost }: OffsiteMemory, paths: readonly string[]) {
  const away = new Set(paths);
  const stays = ({ path }: CopiedFile) => !away.has(path);
  return { archives: archives.filter(stays), lost: lost.filter(stays) };
}

export async function archivesHere(store: Store): Promise<ArchiveFile[]> {
  return (await store.files()).map(({ archive, size }) => ({ path: archive, size }));
}

/** What lies there as it is here, and is not on record: a copy was cut off after it had come there. */
async function recognised(
  context: JobContext,
  store: Store,
  here: readonly ArchiveFile[],
  there: readonly PlacedFile[],
  { archives }: OffsiteMemory,
): Promise<SoundArchive[]> {
  const known = new Set(archives.map(({ path }) => path));
  const sizes = new Map(there.map(({ path, size }) => [path, size]));
  const found: SoundArchive[] = [];
  for (const { path, size } of here) {
    if (known.has(path) || sizes.get(path) !== size) continue;
    const local = await soundArchive(context, store, path);
    if (local && 'file' in local) found.push(local);
  }
  return found;
}

/** Of what is remembered, what lies there; if nothing is remembered of it, what the place remembers. */
export async function knownNow(
  context: JobContext,
  { place, config }: ChosenPlace,
  listed: readonly PlacedFile[],
  memory: OffsiteMemory,
): Promise<OffsiteMemory> {
  const sizes = new Map(listed.map(({ path, size }) => [path, size]));
  const isThere = ({ path }: CopiedFile) => sizes.has(path);
  const known = new Set(memory.archives.map(({ path }) => path));
  const isUnknown = listed.some(({ path }) => isArchiveName(path) && !known.has(path));
  const locked = memory.locked.filter((path) => sizes.has(path));
  const recordSize = sizes.get(FAR_RECORD);
  const hasRecord = recordSize !== undefined && recordSize <= LARGEST_BESIDE;
  const record = isUnknown && hasRecord ? await readFar(context, place, config.folder, FAR_RECORD) : undefined;
  // What was copied and is not listed any more stays promised, and counts as there once it is listed again.
  const promised = promisedIn(memory);
  const archives = merged(record ? decodeCopied(record) : [], merged(promised, memory.archives));
  const lost = promised.filter((file) => !isThere(file));
  return { ...memory, locked, archives: archives.filter(isThere), lost };
}

/** What has to be there. */
export function promisedIn({ lost, archives, going }: OffsiteMemory): CopiedFile[] {
  const away = new Set(going);
  return merged(lost, archives).filter(({ path }) => !away.has(path));
}

/** The later ones count. */
export function merged<File extends { path: string }>(files: readonly File[], later: readonly File[]): File[] {
  return [...new Map([...files, ...later].map((file) => [file.path, file])).values()];
}
