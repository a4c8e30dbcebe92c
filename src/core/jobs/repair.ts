// Repairs a store: what can still be read of damaged archives is written into new ones, with what the rest of the store, its trash
// or the board has; the damaged ones go into quarantine. What is lost is told per file. Nothing is thrown away.

import { isFile } from '../archive/manifest.js';
import type { ContentPromise } from '../archive/verified.js';
import { throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { BoardPath } from '../paths.js';
import { contentKey } from '../plan/mergePlan.js';
import { type Salvage, salvage } from '../store/salvage.js';
import type { ReadContent, Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import { fillGaps } from './fillGaps.js';
import { holding } from './holding.js';
import { isReadable } from './isReadable.js';
import type { BoardAddress, JobContext } from './job.js';
import { outdatedGenerations } from './mergeContent.js';
import { noteSoundness } from './noteSoundness.js';
import { readableManifest } from './readableManifest.js';
import { recorded } from './recorded.js';
import { type Recovered, recoverFromBoard } from './recoverFromBoard.js';
import { type DamageReport, findDamage, storeNotFound } from './verify.js';

/** Content that is nowhere any more. */
export interface LostFile {
  path: BoardPath;
  sha256: ContentHash;
  size: number;
  /** Ids of the backups that need it. */
  backups: string[];
}

export interface RepairResult {
  /** New archives, absolute paths. */
  written: string[];
  /** Damaged archives that are out of the store now: where they were. */
  quarantined: string[];
  /** Pieces of content that were lost to some backup, and are back: from damaged archives and the trash, and from the board. */
  recovered: { fromStore: number; fromBoard: number };
  lost: LostFile[];
  /** Damaged archives of which not even the manifest could be read: the backup is gone, and what it had for others is saved. */
  gone: string[];
  /** What the disk did not read, or not twice the same (P11), or what needs a newer version (P41): nothing was done about it. */
  unread: DamageReport[];
  seconds: number;
}

/**
 * @param address a board that may still have what is lost
 * @throws BackupError `store-not-found`, `store-…`, and whatever the board does, before anything is changed
 */
export async function repair(context: JobContext, store: Store, address?: BoardAddress): Promise<RepairResult> {
  if (!(await store.exists())) throw storeNotFound(store.root, t('nothing to repair'));
  const account = ({ written, lost, gone }: Omit<RepairResult, 'seconds'>) => ({
    ...(lost.length + gone.length > 0 && { ok: false, code: 'content-missing' }),
    backups: written.length,
  });
  return recorded(context, store, 'repair', account, () =>
    holding(context, store, 'exclusive', 'repairs backups', async (lock) => {
      await store.renew();
      const { listing, reports } = await findDamage(context, store);
      const unread = reports.filter(({ certainty }) => certainty === 'read-error' || certainty === 'unsupported');
      // What does not read today may be whole tomorrow: such an archive stays where it is, whatever else is wrong with it.
      const left = new Set(unread.map(({ archive }) => archive));
      const isDamaged = ({ certainty, archive }: DamageReport) => certainty === 'damaged' && !left.has(archive);
      const damaged = new Set(reports.filter(isDamaged).map(({ archive }) => archive));
      const salvaged: Salvage[] = [];
      for (const archive of damaged) salvaged.push(await salvage(context.env, archive, context.signal));

      const lacking = await lostContent(context, store, listing.backups, damaged);
      const lostBefore = lacking.filter((file) => !isSalvaged(salvaged, file));
      await using board =
        address && lostBefore.length > 0 ? await fromBoard(context, store, address, lostBefore) : nothing;
      const have = (content: ContentPromise) =>
        board.contents.get(content.sha256)?.size === content.size || isSalvaged(salvaged, content);
      const read = readerOf(store, board, salvaged);

      const anew = await writeAnew(context, store, listing.backups, damaged, have, read);
      const { staying: held } = await store.holdings();
      const kept = new Set(held.flatMap(({ archive, id }) => (damaged.has(archive) ? [] : [id])));
      const written = [...anew, ...(await bringOut(context, store, kept, salvaged, have, read))];
      const contents = [
        ...[...board.contents].map(([sha256, { size }]) => ({ sha256, size })),
        ...salvaged.flatMap((place) => [...place.contents].map(([sha256, size]) => ({ sha256, size }))),
      ];
      written.push(...(await fillGaps(context, store, { damaged, contents, read })));

      await lock.check();
      const { staying } = await store.holdings();
      await store.setAside('quarantine', [...damaged]);
      await lock.check();
      await store.setAside('trash', outdatedGenerations(staying.filter(({ archive }) => !damaged.has(archive))));
      const { backups, unreadable } = await store.list();
      const lost = await lostContent(context, store, backups, new Set());
      const doubtful = new Set(unread.flatMap((report) => report.backups));
      const told = backups.filter(({ id }) => !doubtful.has(id));
      const unsound = new Set(lost.flatMap((file) => file.backups));
      const [whole, partial] = [told.filter(({ id }) => !unsound.has(id)), told.filter(({ id }) => unsound.has(id))];
      await noteSoundness(context, store, whole, 'sound');
      // What is damaged is out of the store now. Only what could not be read may have what is lost.
      const isInNone = unreadable.length + unread.length === 0;
      await noteSoundness(context, store, partial, isInNone ? 'lacking' : 'damaged');
      const back = lacking.filter(({ sha256 }) => !lost.some((file) => file.sha256 === sha256));
      const fromBoardNow = back.filter(({ sha256 }) => board.contents.has(sha256)).length;
      const fromStore = back.length - fromBoardNow;
      const ids = new Map(held.map(({ archive, id }) => [archive, id]));
      const isGone = ({ archive, backup }: Salvage) => !backup && !kept.has(ids.get(archive) ?? '');
      return {
        written,
        quarantined: [...damaged],
        recovered: { fromStore, fromBoard: fromBoardNow },
        lost,
        unread,
        gone: salvaged.filter(isGone).map(({ archive }) => archive),
      };
    }),
  );
}

const nothing: Recovered = { contents: new Map(), async [Symbol.asyncDispose]() {} };

function fromBoard(
  context: JobContext,
  store: Store,
  address: BoardAddress,
  lost: readonly LostFile[],
): Promise<Recovered> {
  return recoverFromBoard(
    context,
    store,
    address,
    lost.map(({ path, sha256, size }) => ({ type: 'file', path, sha256, size })),
  );
}

function readerOf(store: Store, board: Recovered, salvaged: readonly Salvage[]): ReadContent {
  return async function* read(content) {
    const spool = board.contents.get(content.sha256);
    const place = salvaged.find(({ contents }) => contents.get(content.sha256) === content.size);
    if (spool) yield* spool.chunks();
    else yield* place ? place.read(content) : store.readContent(content);
  };
}

function isSalvaged(salvaged: readonly Salvage[], { sha256, size }: ContentPromise): boolean {
  return salvaged.some(({ contents }) => contents.get(sha256) === size);
}

/**
 * What backups need and cannot be had soundly.
 *
 * @param damaged archives of which nothing is believed before it was read
 */
async function lostContent(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
  damaged: ReadonlySet<string>,
): Promise<LostFile[]> {
  const { staying } = await store.holdings();
  const sound = new Set(
    staying.filter(({ archive }) => !damaged.has(archive)).flatMap(({ contents }) => contents.map(contentKey)),
  );
  const lost = new Map<string, LostFile>();
  const found = new Set<string>();
  for (const backup of backups) {
    throwIfCancelled(context.signal);
    const manifest = await readableManifest(context, store, backup);
    for (const file of manifest?.entries.filter(isFile) ?? []) {
      const key = contentKey(file);
      if (sound.has(key) || found.has(key)) continue;
      const known = lost.get(key);
      if (known) known.backups.push(backup.id);
      else if (await isReadable(store, file)) found.add(key);
      else lost.set(key, { path: file.path, sha256: file.sha256, size: file.size, backups: [backup.id] });
    }
  }
  return [...lost.values()].map((file) => ({ ...file, backups: [...new Set(file.backups)] }));
}

/** Damaged archives whose manifest is sound: the next generation has all of theirs that can be had. */
async function writeAnew(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
  damaged: ReadonlySet<string>,
  have: (content: ContentPromise) => boolean,
  read: ReadContent,
): Promise<string[]> {
  const written: string[] = [];
  const { staying } = await store.holdings();
  for (const backup of backups) {
    throwIfCancelled(context.signal);
    const ofBackup = staying.filter(({ id }) => id === backup.id);
    if (!damaged.has(backup.archive) || ofBackup.some(({ archive }) => !damaged.has(archive))) continue;
    const manifest = await readableManifest(context, store, backup);
    // Then what is left of it is brought out below.
    if (!manifest) continue;
    const lost = new Set<ContentHash>();
    const beside = ofBackup.flatMap(({ contents }) => contents);
    for (const content of [...manifest.entries.filter(isFile), ...beside]) {
      const isElsewhere = have(content) || (await isReadable(store, content));
      if (!isElsewhere) lost.add(content.sha256);
    }
    written.push(await store.rewrite(backup, { add: [], lost, read, signal: context.signal }));
  }
  return written;
}

/**
 * Backups that no sound archive has, whose manifest is whole in what was salvaged: they are taken in again.
 *
 * @param kept ids of the others
 */
async function bringOut(
  context: JobContext,
  store: Store,
  kept: ReadonlySet<string>,
  salvaged: readonly Salvage[],
  have: (content: ContentPromise) => boolean,
  read: ReadContent,
): Promise<string[]> {
  const written: string[] = [];
  for (const { backup } of salvaged) {
    if (!backup || kept.has(backup.id)) continue;
    throwIfCancelled(context.signal);
    const own = backup.manifest.entries.filter(isFile).filter((file) => file.archive === backup.manifest.archive);
    const lost = new Set<ContentHash>();
    for (const file of own) if (!have(file) && !(await isReadable(store, file))) lost.add(file.sha256);
    written.push(await store.adopt({ backup, hold: [], lost, signal: context.signal }, read));
  }
  return written;
}
