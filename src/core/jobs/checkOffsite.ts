// Checks what lies at the second place against what was copied there.

import { join } from 'node:path';
import { isArchiveName } from '../archive/archiveName.js';
import { throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { hashesOf } from '../offsite/fileHashes.js';
import { hasHash, mismatch, type PlacedFile } from '../offsite/place.js';
import type { RcloneOptions } from '../offsite/rclone.js';
import { temporaryFolder } from '../offsite/temporaryFolder.js';
import { inBatches } from '../plan/offsitePlan.js';
import type { CopiedFile, OffsiteMemory } from '../store/offsiteRecords.js';
import type { Store } from '../store/store.js';
import { type Copied, copyArchives, copyEncryptionFirst } from './copyToPlace.js';
import { type JobContext, trackPhases } from './job.js';
import { type ChosenPlace, chosenPlace } from './offsitePlace.js';
import { recorded } from './recorded.js';
import { readThrough, soundArchive } from './soundArchive.js';
import { withTurn } from './syncOffsite.js';
import { archivesHere, knownNow, promisedIn, withSound } from './syncRun.js';

export interface CheckOptions extends RcloneOptions {
  /** What is damaged or missing there is copied again. */
  repair?: boolean | undefined;
  /** Sizes, and hashes if the place tells them; else what has none is downloaded. */
  quick?: boolean | undefined;
}

export interface OffsiteCheck {
  /** Safe to show. */
  place: string;
  /** Nothing was found, or all of it is mended. */
  ok: boolean;
  checked: number;
  /** Paths below the folder of the store, with slashes. */
  damaged: { archive: string; reason: string; repaired: boolean }[];
  /** Archives that were there once and are not; those that are copied again are among {@link damaged}. */
  missing: string[];
  /** Archives there that this store does not have any more: that is as it should be. */
  extra: number;
  /** Archives that are damaged on this computer, and sound there: bring them back, or repair. Absolute paths. */
  damagedHere: { archive: string; reason: string }[];
  /** Archives that are not what was copied, of which only the key would tell whether they are damaged. Absolute paths. */
  unclear: string[];
  /** What sound archives took the place of, and is kept there beside the folders of stores. */
  replacedBytes: number;
  seconds: number;
}

/** @throws BackupError as `syncOffsite` */
export async function checkOffsite(
  context: JobContext,
  store: Store,
  options: CheckOptions = {},
): Promise<OffsiteCheck> {
  const chosen = await chosenPlace(context, store, options);
  const account = ({ ok, checked }: Omit<OffsiteCheck, 'seconds'>) => ({
    ...(!ok && { ok, code: 'archive-damaged' }),
    backups: checked,
  });
  return withTurn(context, store, () =>
    recorded(context, store, 'offsite-check', account, () => check(context, store, chosen, options)),
  );
}

async function check(
  context: JobContext,
  store: Store,
  chosen: ChosenPlace,
  { repair, quick }: CheckOptions,
): Promise<Omit<OffsiteCheck, 'seconds'>> {
  const found = await examine(context, store, chosen, quick === true);
  const { there, here, wrong, missing, changed } = found;
  const repaired = repair ? await mend(context, store, chosen, found) : new Set<string>();
  const damaged = [...found.reasons]
    .filter(([path]) => wrong.has(path) || repaired.has(path))
    .map(([archive, reason]) => ({ archive, reason, repaired: repaired.has(archive) }));
  const lacking = missing.filter((path) => !repaired.has(path));
  const left = damaged.filter((each) => !each.repaired).length;
  // What is neither here nor there is told of by the repair for the last time.
  const lost = found.promised.filter(({ path }) => lacking.includes(path) && (!repair || here.has(path)));
  const sum = { checked: there.length, damaged: left, missing: lacking.length };
  await remember(context, store, { ...found.memory, lost }, sum, repair);
  const aside = await chosen.place.listAside(chosen.config.folder, { signal: context.signal });
  return {
    place: chosen.place.shown,
    checked: there.length,
    damaged,
    missing: lacking,
    ok: left + lacking.length + changed.damaged.length === 0,
    extra: there.filter(({ path }) => !here.has(path)).length,
    damagedHere: changed.damaged
      .filter(({ path }) => !found.reasons.has(path))
      .map(({ path, reason }) => ({ archive: join(store.root, path), reason })),
    unclear: changed.unclear.map((path) => join(store.root, path)),
    replacedBytes: aside.reduce((bytes, { size }) => bytes + size, 0),
  };
}

interface Found {
  /** What is known of the place; it grows with what is copied again. */
  memory: OffsiteMemory;
  there: readonly PlacedFile[];
  /** Paths of the archives here. */
  here: ReadonlySet<string>;
  known: Map<string, CopiedFile>;
  changed: Changed;
  /** What was copied there once. */
  promised: readonly CopiedFile[];
  /** What is wrong with archives there, by their paths. */
  wrong: ReadonlyMap<string, string>;
  missing: readonly string[];
  /** Of both. */
  reasons: ReadonlyMap<string, string>;
}

async function examine(context: JobContext, store: Store, chosen: ChosenPlace, isQuick: boolean): Promise<Found> {
  const { place, config } = chosen;
  trackPhases(context).begin('connect');
  const listed = await place.list(config.folder, { signal: context.signal, hashes: true });
  const there = listed.filter(({ path }) => isArchiveName(path));
  const before = await store.offsite.memory();
  const memory = await knownNow(context, chosen, listed, before);
  const promised = promisedIn(before);
  const here = new Set((await archivesHere(store)).map(({ path }) => path));
  const known = new Map(memory.archives.map((file) => [file.path, file]));
  const changed = await changedHere(context, store, here, known);
  for (const { path } of there) {
    if (known.has(path) || !here.has(path)) continue;
    const local = await soundArchive(context, store, path);
    if (local && 'file' in local) known.set(path, local.file);
  }
  const wrong = await findWrong(context, chosen, there, known, isQuick);
  const present = new Set(there.map(({ path }) => path));
  const missing = [...new Set(promised.map(({ path }) => path).filter((path) => !present.has(path)))];
  const reasons = new Map([...wrong, ...missing.map((path) => [path, t('It is missing.')] as const)]);
  return { memory, there, here, known, changed, promised, wrong, missing, reasons };
}

/** Copies again what is sound here; each batch is remembered. @returns the paths of what is right by now */
async function mend(context: JobContext, store: Store, chosen: ChosenPlace, found: Found): Promise<Set<string>> {
  const { place, config } = chosen;
  const { reasons, here, changed, wrong, promised, known } = found;
  const isChanged = new Set([...changed.damaged.map(({ path }) => path), ...changed.unclear]);
  const paths = [...reasons.keys()].filter((path) => here.has(path) && !isChanged.has(path));
  if (paths.length === 0) return new Set();
  const promisedAs = new Map([...promised.map((file) => [file.path, file] as const), ...known]);
  for (const path of changed.anew) promisedAs.delete(path);
  const there = new Set(found.there.map(({ path }) => path));
  const target = { place, folder: config.folder };
  await copyEncryptionFirst(context, store, { ...target, before: {}, there });
  const { copied } = await copyArchives(context, store, {
    ...target,
    paths,
    aside: new Set(wrong.keys()),
    known: promisedAs,
    onBatch: async (batch) => {
      found.memory = withSound(found.memory, batch);
      await store.offsite.remember(found.memory);
    },
  });
  await place.tidy(config.folder, { signal: context.signal });
  return new Set(copied.map(({ path }) => path));
}

/** Archives of this computer that are not what was copied: paths. */
interface Changed {
  damaged: Copied['left'];
  /** Sound all the same: an import has written them again. */
  anew: string[];
  /** Only the key would tell which of both. */
  unclear: string[];
}

async function changedHere(
  context: JobContext,
  store: Store,
  here: ReadonlySet<string>,
  known: ReadonlyMap<string, CopiedFile>,
): Promise<Changed> {
  const damaged: Copied['left'] = [];
  const [anew, unclear]: [string[], string[]] = [[], []];
  for (const path of here) {
    throwIfCancelled(context.signal);
    const copied = known.get(path);
    const local = copied && (await soundArchive(context, store, path, copied));
    if (!local || 'file' in local) continue;
    const alone = await soundArchive(context, store, path);
    if (alone && 'reason' in alone) damaged.push({ path, reason: alone.reason });
    else if (alone) (alone.holds === undefined ? unclear : anew).push(path);
  }
  return { damaged, anew, unclear };
}

/** @returns what is wrong with archives there, by their paths */
async function findWrong(
  context: JobContext,
  { place, config }: ChosenPlace,
  there: readonly PlacedFile[],
  known: ReadonlyMap<string, CopiedFile>,
  isQuick: boolean,
): Promise<Map<string, string>> {
  const wrong = new Map<string, string>();
  const unclear: PlacedFile[] = [];
  const phases = trackPhases(context);
  phases.begin('check', { files: there.length, bytes: 0 });
  for (const file of there) {
    const copied = known.get(file.path);
    const reason = copied && mismatch({ path: file.path, size: copied.size, hashes: copied }, file);
    if (reason !== undefined) wrong.set(file.path, reason);
    if (reason === undefined && (!copied || !hasHash(file))) unclear.push(file);
    else phases.add({ files: 1 });
  }
  if (isQuick) return wrong;
  for (const batch of inBatches(unclear)) {
    throwIfCancelled(context.signal);
    const temporary = await temporaryFolder();
    try {
      const paths = batch.map(({ path }) => path);
      const onBytes = (bytes: number) => phases.add({ bytes });
      const failed = await place.fetch(config.folder, paths, temporary.path, { signal: context.signal, onBytes });
      const unreadable = new Map(failed.map(({ path, reason }) => [path, reason]));
      for (const path of paths) {
        const reason =
          unreadable.get(path) ?? (await whatIsWrong(context, join(temporary.path, path), path, known.get(path)));
        if (reason !== undefined) wrong.set(path, reason);
        phases.add({ files: 1 });
      }
    } finally {
      await temporary.remove();
    }
  }
  return wrong;
}

/** What nobody remembers has to speak for itself; what is encrypted cannot if its key is not given. */
async function whatIsWrong(
  { env, signal }: JobContext,
  brought: string,
  path: string,
  copied: CopiedFile | undefined,
): Promise<string | undefined> {
  if (!(await env.fs.info(brought))) return t('It cannot be read.');
  if (copied) return mismatch({ path, size: copied.size, hashes: copied }, await hashesOf(env, brought, signal));
  const read = await readThrough(env, brought, signal);
  return 'reason' in read ? read.reason : undefined;
}

async function remember(
  { env }: JobContext,
  store: Store,
  memory: OffsiteMemory,
  found: { checked: number; damaged: number; missing: number },
  isRepair: boolean | undefined,
): Promise<void> {
  const at = new Date(env.clock.now()).toISOString();
  // What stands beside the archives is copied again, whatever became of it there.
  const others = isRepair ? {} : memory.others;
  await store.offsite.remember({ ...memory, others, lastCheck: { at, ...found } });
}
