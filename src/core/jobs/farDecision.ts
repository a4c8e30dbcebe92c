// What goes at a second place. It is decided over what is known to lie there, and nothing else: what could not be copied holds nothing.

import { isEncryptedName } from '../archive/archiveName.js';
import { isFile } from '../archive/manifest.js';
import type { ContentPromise } from '../archive/verified.js';
import { isBackupError } from '../errors.js';
import { type Decision, type PlacedArchive, planFarRetention, superseded } from '../plan/farRetention.js';
import { contentKey } from '../plan/mergePlan.js';
import { planRetention } from '../plan/retention.js';
import type { RetentionItem } from '../plan/retentionItem.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import { isSound } from '../plan/soundness.js';
import type { BackupSummary } from '../store/summary.js';
import type { ContentHash } from '../tree.js';
import type { View } from './farKeeping.js';
import type { JobContext } from './job.js';
import { digestOfHeld } from './soundArchive.js';

export interface Keeping {
  /** Archives that go. */
  go: Decision[];
  /** Archives that lie there alone, under a key that is not known any more. */
  locked: string[];
  /** Not all that is there or here could be read: whoever has the key may know more the next time. */
  isUnclear: boolean;
}

/** What is known of the archives at the place. */
export interface KnownThere {
  /** They lie there just as they were copied. */
  present: ReadonlySet<string>;
  /** Of encrypted ones that were read from end to end: what they hold, by path. */
  proven: Readonly<Record<string, string>>;
}

type Placed = PlacedArchive & { boardId: string; stored: ReadonlyMap<string, number>; digest: string };

/**
 * Archives of this store that are not kept there, and need not be copied: as if all that is here was there, too.
 *
 * @returns undefined if that cannot be decided now
 */
export async function decideUnwanted(
  { env }: JobContext,
  view: View,
  keep: RetentionPolicy | null,
): Promise<string[] | undefined> {
  const { all, isUnclear } = await look(view);
  if (isUnclear) return undefined;
  if (!keep) return [];
  const go = await decideBoards(view, all, all, keep, env.clock.now());
  return go.map(({ archive }) => archive).filter((archive) => view.here.has(archive));
}

/** To be asked after all was copied that is wanted. */
export async function decideGoing(
  { env }: JobContext,
  view: View,
  keep: RetentionPolicy | null,
  { present, proven }: KnownThere,
): Promise<Keeping> {
  const { all, locked, isUnclear } = await look(view);
  const isProven = ({ archive, digest }: Placed) =>
    present.has(archive) && (!isEncryptedName(archive) || proven[archive] === digest);
  const inBoth = all.filter((each) => view.here.has(each.archive) && isProven(each));
  const extra = all.filter(({ archive }) => !view.here.has(archive));
  const digests = new Set(inBoth.map(({ digest }) => digest));
  // Nobody can read them any more; what was in them is known from when somebody could.
  const held = locked.filter((path) => digests.has(proven[path] ?? ''));
  const outdated = [
    ...superseded(extra, inBoth),
    ...held.map((archive) => ({ archive, reason: 'It is encrypted for an earlier key, and a later archive has it.' })),
  ];
  const isHeld = new Set(held);
  const keeping: Keeping = { go: outdated, locked: locked.filter((path) => !isHeld.has(path)), isUnclear };
  if (!keep) return keeping;
  if (isUnclear) {
    env.log.info('Nothing is removed from the second place: not all that is there or here can be read.');
    return keeping;
  }
  const isOutdated = new Set(outdated.map(({ archive }) => archive));
  const rest = all.filter(({ archive }) => present.has(archive) && !isOutdated.has(archive));
  const go = await decideBoards(view, rest, rest.filter(isProven), keep, env.clock.now());
  return { ...keeping, go: [...outdated, ...go] };
}

async function look({ union, pathOf, here }: View) {
  const listing = await union.list();
  const { staying } = await union.holdings();
  const all: Placed[] = staying.map(({ archive, id, boardId, contents }) => ({
    archive: pathOf(archive),
    id,
    boardId,
    digest: digestOfHeld(id, contents),
    contents: contents.map(contentKey),
    stored: new Map(contents.map((content) => [contentKey(content), content.storedSize])),
  }));
  const locked = listing.unreadable
    .filter(({ error }) => isBackupError(error, 'key-wrong'))
    .map(({ path }) => pathOf(path))
    .filter((path) => !here.has(path));
  const isUnclear = listing.unreadable.length > locked.length || listing.unclearNotes.length > 0;
  return { all, locked, isUnclear };
}

/** @param holding of `archives`, those whose content is known to be there */
async function decideBoards(
  view: View,
  archives: readonly Placed[],
  holding: readonly Placed[],
  keep: RetentionPolicy,
  now: number,
): Promise<Decision[]> {
  const { backups } = await view.union.list();
  const ids = new Set(archives.map(({ id }) => id));
  const go: Decision[] = [];
  for (const boardId of new Set(archives.map((each) => each.boardId))) {
    const own = backups.filter(({ id, board }) => board.id === boardId && ids.has(id));
    const [all, sure] = [archives, holding].map((each) => each.filter((one) => one.boardId === boardId));
    go.push(...(await decideBoard(view, own, all ?? [], sure ?? [], { keep, now })));
  }
  return go;
}

async function decideBoard(
  view: View,
  backups: readonly BackupSummary[],
  archives: readonly Placed[],
  holding: readonly Placed[],
  { keep, now }: { keep: RetentionPolicy; now: number },
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
  const needs = new Map([...files].map(([id, own]) => [id, own.map(contentKey)]));
  const isSure = new Set(holding);
  const newestFirst = archives
    .map((each) => (isSure.has(each) ? each : { ...each, contents: [] }))
    .toSorted((one, other) => (rank.get(one.id) ?? 0) - (rank.get(other.id) ?? 0));
  // If a backup that is kept is not whole there, an older one may be the last that is.
  return isComplete(newestFirst, holding, kept, needs) ? planFarRetention(newestFirst, kept, needs).go : [];
}

function isComplete(
  archives: readonly PlacedArchive[],
  holding: readonly PlacedArchive[],
  kept: ReadonlyMap<string, unknown>,
  needs: ReadonlyMap<string, readonly string[]>,
): boolean {
  const ids = new Set(holding.map(({ id }) => id));
  const held = new Set(archives.flatMap(({ contents }) => contents));
  return [...kept.keys()].every((id) => ids.has(id) && (needs.get(id) ?? []).every((key) => held.has(key)));
}

function itemOf(
  backup: BackupSummary,
  files: readonly ContentPromise[],
  stored: ReadonlyMap<string, number>,
): RetentionItem {
  const { id, sequence, createdAt, origin, set, pinned } = backup;
  const contents = new Map(
    files.map((file): [ContentHash, number] => [file.sha256, stored.get(contentKey(file)) ?? file.size]),
  );
  return {
    id,
    sequence,
    createdAt,
    origin,
    pinned,
    overhead: 0,
    contents,
    isSound: isSound(backup),
    ...(set !== undefined && { set }),
  };
}
