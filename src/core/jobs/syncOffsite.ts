// Copies to the second place what is not there yet, and takes away there what is not kept there.

import { join } from 'node:path';
import { isEncryptedName } from '../archive/archiveName.js';
import { BackupError, isBackupError } from '../errors.js';
import { inEnglish, msg, t } from '../l10n.js';
import type { RcloneOptions } from '../offsite/rclone.js';
import type { Store } from '../store/store.js';
import { takeTurn } from '../store/turn.js';
import { settleDoubtful } from './alike.js';
import { type Copied, copyArchives, copyBeside, copyEncryptionFirst } from './copyToPlace.js';
import { decideGoing, decideUnwanted } from './farDecision.js';
import { openUnion, type Union } from './farKeeping.js';
import { isUnlocked } from './isUnlocked.js';
import type { JobContext } from './job.js';
import { chosenPlace, olderThere } from './offsitePlace.js';
import { soundArchive } from './soundArchive.js';
import { beginRun, holdNow, planNow, type SyncRun } from './syncRun.js';

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
  /** Archives that lie there plain though those here are encrypted, and others that open with an earlier key only. */
  plainThere: number;
  lockedThere: number;
  /** Encrypted archives there that were rewritten here since, and did not go: the key was not given, or something is damaged. */
  outdatedThere: number;
  seconds: number;
}

/**
 * @throws BackupError `bad-argument` if no second place is set, `store-busy` if another process copies, `rclone-missing`,
 *   `place-unreachable`, `place-failed`, `cancelled`, `store-…`; what was copied by then is there
 */
export async function syncOffsite(context: JobContext, store: Store, options: RcloneOptions = {}): Promise<SyncResult> {
  const start = context.env.clock.ticks();
  const chosen = await chosenPlace(context, store, options);
  const seconds = () => (context.env.clock.ticks() - start) / 1000;
  return withTurn(context, store, async () => {
    const before = await store.offsite.memory();
    try {
      return { ...(await sync(context, await beginRun(context, store, chosen), seconds)), seconds: seconds() };
    } catch (error) {
      // Whoever reads it later may speak another language.
      const { code, english: message } = isBackupError(error)
        ? error
        : { code: 'unexpected', english: inEnglish(msg('It failed unexpectedly.')) };
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

/** @throws BackupError `store-busy` if another process is at it */
export async function withTurn<Result>(
  { env, signal }: JobContext,
  store: Store,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!(await store.exists())) {
    throw new BackupError('store-not-found', t('There is no folder {0}: {1}.', store.root, t('nothing to copy')), {
      path: store.root,
      hint: t('Check the name of the folder, and that its disk is connected.'),
    });
  }
  await using _turn = await takeTurn(env, store.root, 'offsite', 'copies to the second place', signal);
  return await work();
}

async function sync(context: JobContext, run: SyncRun, seconds: () => number): Promise<Omit<SyncResult, 'seconds'>> {
  const sent = await copy(context, run);
  const removed = await remove(context, run, sent);
  return finish(context, run, { ...sent, removed, seconds });
}

interface Sent extends Copied {
  present: number;
  replaced: number;
}

/** All that is wanted there. */
async function copy(context: JobContext, run: SyncRun): Promise<Sent> {
  const { store, chosen, keep } = run;
  const target = { place: chosen.place, folder: chosen.config.folder };
  const settled = await settleDoubtful(context, store, chosen, planNow(run).doubtful);
  await run.remember({ alike: { ...run.memory.alike, ...settled.alike } });
  // What is not kept there needs not to be copied first.
  if (!run.isDecided && keep) {
    const unwanted = await withUnion(context, run, ({ view }) => decideUnwanted(context, view, keep));
    if (unwanted) await run.remember({ unwanted });
  } else if (!keep) await run.remember({ unwanted: [] });
  const plan = planNow(run);
  const replace = [...plan.replace, ...settled.replace];
  const paths = [...plan.copy, ...replace];
  if (paths.length === 0) return { copied: [], left: settled.left, present: plan.present.length, replaced: 0 };
  await run.remember({ isOpen: true });
  const there = new Set(run.listed.map(({ path }) => path));
  const others = await copyEncryptionFirst(context, store, { ...target, before: run.memory.others, there });
  await run.remember({ others });
  const { copied, left } = await copyArchives(context, store, {
    ...target,
    paths,
    aside: new Set(replace),
    onBatch: (batch) => run.arrived(batch),
  });
  const anew = new Set(replace);
  return {
    copied,
    left: [...settled.left, ...left],
    present: plan.present.length,
    replaced: copied.filter(({ path }) => anew.has(path)).length,
  };
}

/** @returns how many went. Adds to what was left out, if something here turns out to be damaged */
async function remove(context: JobContext, run: SyncRun, { copied, left }: Sent): Promise<number> {
  const { chosen, keep, key } = run;
  const { place, config } = chosen;
  left.push(...(await prove(context, run)));
  const { damaged = 0, missing = 0 } = run.memory.lastCheck ?? {};
  // What is left out, or is wrong there, may be the last that has its content: then all stays.
  const isDoubtful = left.length + damaged + missing > 0;
  const isDecided = run.isDecided && copied.length === 0;
  if (isDecided && !isDoubtful) return 0;
  if (isDoubtful || (keep === null && planNow(run).extra.length === 0)) {
    await run.remember({ decidedFor: isDoubtful ? null : key });
    return 0;
  }
  const known = { present: holdNow(run), proven: run.memory.proven };
  const { go, locked, isUnclear } = await withUnion(context, run, ({ view }) =>
    decideGoing(context, view, keep, known),
  );
  const gone = go.map(({ archive }) => archive);
  // Before they go: what was cut off then is not told to be missing.
  if (gone.length > 0) await run.remember({ isOpen: true, going: gone });
  for (const { archive, reason } of go) context.env.log.info(`${place.shown}: ${archive} goes. ${reason}`);
  await place.remove(config.folder, gone, { signal: context.signal });
  const unwanted = new Set([...run.memory.unwanted, ...gone.filter((path) => run.isHere(path))]);
  await run.gone(gone, { unwanted: [...unwanted], locked, decidedFor: isUnclear ? null : key });
  return gone.length;
}

/** If the key is given, encrypted archives that are there are read once, here. @returns those that are damaged here */
async function prove(context: JobContext, run: SyncRun): Promise<Copied['left']> {
  const { store, memory } = run;
  const known = new Map(memory.archives.map((file) => [file.path, file]));
  const present = holdNow(run);
  const unproven = run.here.filter(
    ({ path }) => isEncryptedName(path) && present.has(path) && memory.proven[path] === undefined,
  );
  if (unproven.length === 0 || !(await isUnlocked(store))) return [];
  const damaged: Copied['left'] = [];
  const proven: Record<string, string> = {};
  for (const { path } of unproven) {
    const local = await soundArchive(context, store, path);
    if (local && 'reason' in local) damaged.push({ path, reason: local.reason });
    else if (local?.holds !== undefined && local.file.sha256 === known.get(path)?.sha256) proven[path] = local.holds;
  }
  await run.remember({ proven: { ...memory.proven, ...proven } });
  return damaged;
}

/** The small files, and what is remembered. */
async function finish(
  context: JobContext,
  run: SyncRun,
  { copied, left, present, replaced, removed, seconds }: Sent & { removed: number; seconds: () => number },
): Promise<Omit<SyncResult, 'seconds'>> {
  const { env, signal } = context;
  const { store, chosen } = run;
  const { place, config } = chosen;
  const bytes = copied.reduce((sum, { size }) => sum + size, 0);
  const backups = copied.length;
  // Most have nothing to do, each quarter of an hour. Before the history travels, so that it tells of this, too.
  if (backups + removed > 0)
    await store.note({ operation: 'offsite-sync', ok: true, seconds: seconds(), backups, bytes });
  // So that its index covers what has come. That of an encrypted store asks for its key, which copying does not need.
  const { state } = await store.encryption();
  if (backups > 0 && state === 'plain') await store.list();
  const { others: before } = run.memory;
  const others = await copyBeside(context, store, {
    place,
    folder: config.folder,
    before,
    archives: run.memory.archives,
    there: new Set(run.listed.map(({ path }) => path)),
    isNew: backups + removed > 0,
    indexes: () => indexesOf(context, run),
  });
  if (run.memory.isOpen || others !== before) await place.tidy(config.folder, { signal });
  const at = new Date(env.clock.now()).toISOString();
  const accounted = new Set([...run.memory.archives.map(({ path }) => path), ...run.memory.unwanted]);
  const lost = run.memory.lost.filter(({ path }) => !accounted.has(path));
  // A change of key that has ended meanwhile has more to copy.
  const isOpen = (await store.encryption()).state !== state;
  await run.remember({ lost, going: [], others, isOpen, trouble: null, lastCopyAt: at });
  const older = olderThere(run.memory, new Set(run.here.map(({ path }) => path)), state !== 'plain');
  return {
    place: place.shown,
    copied: backups,
    bytes,
    present,
    replaced,
    removed,
    waiting: left.length,
    notCopied: left.map(({ path, reason }) => ({ archive: join(store.root, path), reason })),
    ...older,
  };
}

/** The index of the place covers what lies there alone, too. */
async function indexesOf(context: JobContext, run: SyncRun): Promise<ReadonlyMap<string, Uint8Array>> {
  if (run.keep === null && planNow(run).extra.length === 0) return new Map();
  return withUnion(context, run, async (union) => {
    const found = new Map<string, Uint8Array>();
    for (const [name, path] of await union.indexes()) found.set(name, await context.env.fs.readFile(path));
    return found;
  });
}

/** The store as it is here and there, as far as this run has come. */
async function withUnion<Result>(
  context: JobContext,
  run: SyncRun,
  work: (union: Union) => Promise<Result>,
): Promise<Result> {
  const { store, chosen, memory } = run;
  const union = await openUnion(context, store, {
    place: chosen.place,
    folder: chosen.config.folder,
    there: run.listed,
    known: memory.archives,
  });
  try {
    return await work(union);
  } finally {
    await union.close();
  }
}
