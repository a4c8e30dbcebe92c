// Copies to the second place what is not there yet, and takes away there what is not kept there.

import { join } from 'node:path';
import { BackupError, isBackupError } from '../errors.js';
import type { PlacedFile } from '../offsite/place.js';
import type { RcloneOptions } from '../offsite/rclone.js';
import { type ArchiveFile, planCopy } from '../plan/offsitePlan.js';
import { type CopiedFile, decodeCopied, type OffsiteMemory } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import { takeTurn } from '../store/turn.js';
import { settleDoubtful } from './alike.js';
import { type Copied, copyArchives, copyBeside, soundArchive } from './copyToPlace.js';
import { decisionKey, type Keeping, openUnion } from './farKeeping.js';
import { FAR_RECORD, isArchivePath, readFar } from './farStore.js';
import { type JobContext, trackPhases } from './job.js';
import { type ChosenPlace, chosenPlace, policyOf } from './offsitePlace.js';

export interface SyncResult {
  /** Safe to show. */
  place: string;
  /** Archives that were copied, and their bytes. */
  copied: number;
  bytes: number;
  /** Archives that were there already. */
  present: number;
  /** Of those that were copied: damaged ones had their names there, and are set aside. */
  replaced: number;
  /** Archives that went there by what is kept there, or because a later archive has all that they had. */
  removed: number;
  /** Archives that are still to be copied: see {@link notCopied}. */
  waiting: number;
  /** Archives of this store that were left out, each with the reason. Absolute paths. */
  notCopied: { archive: string; reason: string }[];
  seconds: number;
}

/**
 * @throws BackupError `bad-argument` where no second place is set, `store-busy` where another process copies, `rclone-missing`,
 *   `place-unreachable`, `place-failed`, `cancelled`, `store-…`; what was copied by then is there
 */
export async function syncOffsite(context: JobContext, store: Store, options: RcloneOptions = {}): Promise<SyncResult> {
  const start = context.env.clock.ticks();
  const chosen = await chosenPlace(context, store, options);
  const seconds = () => (context.env.clock.ticks() - start) / 1000;
  return withTurn(context, store, async () => {
    const before = await store.offsite.memory();
    try {
      return { ...(await sync(context, store, chosen, seconds)), seconds: seconds() };
    } catch (error) {
      const { code, message } = isBackupError(error)
        ? error
        : { code: 'unexpected', message: 'It failed unexpectedly.' };
      if (code !== 'cancelled' && code !== 'store-busy') {
        const at = new Date(context.env.clock.now()).toISOString();
        const memory = await store.offsite.memory();
        await store.offsite.remember({ ...memory, trouble: { at, code, message } }).catch(() => {});
        if (before.trouble?.code !== code)
          await store.note({ operation: 'offsite-sync', ok: false, code, seconds: seconds() });
      }
      throw error;
    }
  });
}

/** @throws BackupError `store-busy` where another process is at it */
export async function withTurn<Result>(
  { env, signal }: JobContext,
  store: Store,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!(await store.exists())) {
    throw new BackupError('store-not-found', `There is no folder ${store.root}: nothing to copy.`, {
      path: store.root,
      hint: 'Check the name of the folder, and that its disk is connected.',
    });
  }
  await using _turn = await takeTurn(env, store.root, 'offsite', 'copies to the second place', signal);
  return await work();
}

async function sync(
  context: JobContext,
  store: Store,
  chosen: ChosenPlace,
  seconds: () => number,
): Promise<Omit<SyncResult, 'seconds'>> {
  const { env, signal } = context;
  const { place } = chosen;
  const { folder } = chosen.config;
  const keep = policyOf(chosen.config.keep);
  trackPhases(context).begin('connect');
  const listed = await place.list(folder, { signal });
  const there = listed.filter(({ path }) => isArchivePath(path));
  const here = await archivesHere(store);
  let memory = await knownNow(context, chosen, listed, await store.offsite.memory());
  memory = { ...memory, archives: [...memory.archives, ...(await recognised(context, store, here, there, memory))] };
  const key = await decisionKey(context, store, keep);
  const planFor = (unwanted: readonly string[]) =>
    planCopy(here, there, memory.archives, memory.alike, new Set(unwanted));
  const settled = await settleDoubtful(context, store, chosen, planFor(memory.unwanted).doubtful);
  memory = { ...memory, alike: { ...memory.alike, ...settled.alike } };
  let plan = planFor(memory.unwanted);
  const isDecided = memory.decidedFor === key || (keep === null && plan.extra.length === 0);
  const needsUnion = plan.extra.length > 0 || keep !== null;
  const request = { place, folder, there: listed, known: memory.archives };
  let union = isDecided ? undefined : await openUnion(context, store, request);
  let copied: Copied = { copied: [], left: [] };
  let removed: string[] = [];
  try {
    // What is not kept there needs not to be copied first.
    const keeping: Keeping = union ? await union.decide(keep) : { unwanted: memory.unwanted, go: [] };
    const unwanted = keeping.unwanted ?? memory.unwanted;
    plan = planFor(unwanted);
    memory = { ...memory, unwanted };
    const remember = async (change: Partial<OffsiteMemory>) => {
      memory = { ...memory, ...change };
      await store.offsite.remember(memory);
    };
    const replace = [...plan.replace, ...settled.replace];
    const paths = [...plan.copy, ...replace];
    if (paths.length > 0) {
      await remember({ isOpen: true });
      copied = await copyArchives(context, store, {
        ...{ place, folder, paths, aside: new Set(replace) },
        onBatch: (batch) => remember({ archives: merged(memory.archives, batch) }),
      });
    }
    // What has just come may have all that an older one there has.
    if (needsUnion && copied.copied.length > 0) {
      await union?.close();
      const now = merged(there, copied.copied);
      const beside = listed.filter(({ path }) => !isArchivePath(path));
      union = await openUnion(context, store, { ...request, there: [...now, ...beside], known: memory.archives });
    }
    const isLastWord = union && copied.copied.length > 0 ? await union.decide(keep) : keeping;
    removed = isLastWord.go.map(({ archive }) => archive);
    for (const { archive, reason } of isLastWord.go) env.log.info(`${place.shown}: ${archive} goes. ${reason}`);
    await place.remove(folder, removed, { signal });
    const gone = new Set(removed);
    const archives = memory.archives.filter(({ path }) => !gone.has(path));
    const bytes = copied.copied.reduce((sum, { size }) => sum + size, 0);
    const backups = copied.copied.length;
    // Most have nothing to do, each quarter of an hour. Before the history travels, so that it tells of this, too.
    if (backups + removed.length > 0)
      await store.note({ operation: 'offsite-sync', ok: true, seconds: seconds(), backups, bytes });
    // So that its index covers what has come. That of an encrypted store asks for its key, which copying does not need.
    if (backups > 0 && (await store.encryption()).state === 'plain') await store.list();
    const others = await copyBeside(context, store, {
      ...{ place, folder, before: memory.others, archives },
      there: new Set(listed.map(({ path }) => path)),
      isNew: copied.copied.length + removed.length > 0,
      indexes: async () => {
        if (!needsUnion) return new Map();
        union ??= await openUnion(context, store, request);
        return union.indexes();
      },
    });
    if (memory.isOpen || others !== memory.others) await place.tidy(folder, { signal });
    const at = new Date(env.clock.now()).toISOString();
    const left = [...copied.left, ...settled.left];
    await remember({
      ...{ archives, lost: [], others, isOpen: false, trouble: null, lastCopyAt: at },
      ...{ unwanted: isLastWord.unwanted ?? unwanted },
      decidedFor: isLastWord.unwanted && left.length === 0 ? key : null,
    });
    const replaced = new Set(replace);
    return {
      ...{ place: place.shown, copied: backups, bytes, present: plan.present.length, removed: removed.length },
      replaced: copied.copied.filter(({ path }) => replaced.has(path)).length,
      waiting: left.length,
      notCopied: left.map(({ path, reason }) => ({ archive: join(store.root, path), reason })),
    };
  } finally {
    await union?.close();
  }
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
): Promise<CopiedFile[]> {
  const known = new Set(archives.map(({ path }) => path));
  const sizes = new Map(there.map(({ path, size }) => [path, size]));
  const found: CopiedFile[] = [];
  for (const { path, size } of here) {
    if (known.has(path) || sizes.get(path) !== size) continue;
    const local = await soundArchive(context, store, path);
    if (local && 'file' in local) found.push(local.file);
  }
  return found;
}

/** Of what is remembered, what lies there; where nothing is remembered of it, what the place remembers. */
export async function knownNow(
  context: JobContext,
  { place, config }: ChosenPlace,
  listed: readonly PlacedFile[],
  memory: OffsiteMemory,
): Promise<OffsiteMemory> {
  const sizes = new Map(listed.map(({ path, size }) => [path, size]));
  const isThere = ({ path }: CopiedFile) => sizes.has(path);
  const known = new Set(memory.archives.map(({ path }) => path));
  const isUnknown = listed.some(({ path }) => isArchivePath(path) && !known.has(path));
  if (!isUnknown || !sizes.has(FAR_RECORD)) return { ...memory, archives: memory.archives.filter(isThere) };
  const record = await readFar(context, place, config.folder, FAR_RECORD);
  const archives = merged(record ? decodeCopied(record) : [], memory.archives);
  return { ...memory, archives: archives.filter(isThere) };
}

/** The later ones count. */
export function merged<File extends { path: string }>(files: readonly File[], later: readonly File[]): File[] {
  return [...new Map([...files, ...later].map((file) => [file.path, file])).values()];
}
