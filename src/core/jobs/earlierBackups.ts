// What a new backup takes from earlier ones: one to build on, content to compare the board with, and content that need not be read again.

import { type BackupKind, isFile, type Manifest } from '../archive/manifest.js';
import { nameOfSet } from '../backupSet.js';
import type { ConnectedBoard } from '../board/connect.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { isSound, worstOf } from '../plan/soundness.js';
import type { Leftovers } from '../store/leftovers.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { count, localTime } from '../text.js';
import type { ContentHash } from '../tree.js';
import { ALL_AGAIN } from './cutOff.js';
import type { JobContext } from './job.js';
import { readableManifest } from './readableManifest.js';

/** How many backups a board is compared with. */
const RECENT = 5;

/** The backup that a new one builds on. */
export interface Base {
  id: string;
  manifest: Manifest;
  summary: BackupSummary;
}

/** Of what kind a backup is going to be, and what it builds on. */
export interface Beginning {
  kind: BackupKind;
  /** What it is compared with; null for a full one. */
  base: Base | null;
  /** The newest backup of the board that can be read, if anything is compared: the board may be exactly like it. */
  newest: Base | null;
  /** Newer backups that cannot be read: they are named in a warning. */
  broken: BackupSummary[];
  /** Archives that are not used: damage was found in them, or they cannot be read. */
  distrusted: ReadonlySet<string>;
  /** Whether content of the store may be copied, if the board has the same hash. */
  mayCopy: boolean;
  /** Why it is a full one, if nobody asked for that: a sentence. */
  reason?: string;
}

export interface Wish {
  /** `auto`: incremental if the board has a backup of the set, else full; full too when it is time for one. */
  kind: 'auto' | BackupKind;
  /** After this many other backups, `auto` takes a full one. */
  fullAfter: number;
  /** A backup builds only on those of the same set, as others cover other files. Absent: the usual set. */
  set: string | undefined;
}

/** @throws BackupError `backup-not-found` if an incremental or differential one is wanted and there is none to build on */
export async function findBeginning(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  wish: Wish,
): Promise<Beginning> {
  const broken: BackupSummary[] = [];
  const all = await store.backupsOf(board.identity.id);
  const earlier = all.filter(({ set }) => set === wish.set);
  const distrusted = new Set(all.filter((backup) => !isSound(backup)).map(({ archive }) => archive));
  const full: Beginning = { kind: 'full', base: null, newest: null, broken, distrusted, mayCopy: false };
  if (wish.kind === 'full') return full;

  async function newestOf(backups: readonly BackupSummary[]): Promise<Base | null> {
    for (const summary of backups) {
      const manifest = await readableManifest(context, store, summary);
      if (manifest) return { id: summary.id, manifest, summary };
      if (!broken.includes(summary)) broken.push(summary);
      distrusted.add(summary.archive);
    }
    return null;
  }

  const newest = await newestOf(earlier);
  if (wish.kind === 'auto') {
    const due = dueFull(earlier, wish.fullAfter);
    if (!newest) return earlier.length > 0 ? full : { ...full, ...firstOfSet(all, wish.set) };
    // Without `newest`, the beginning of a file that has grown is not copied from the store either.
    if (due) return { ...full, newest: due.mayCopy ? newest : null, ...due };
    return { ...full, kind: 'incremental', base: newest, newest };
  }
  const base = wish.kind === 'incremental' ? newest : await newestOf(earlier.filter(({ kind }) => kind === 'full'));
  if (!base) throw nothingToGoOnFrom(board, wish.kind, wish.set);
  return { ...full, kind: wish.kind, base, newest, mayCopy: wish.kind === 'differential' };
}

/** Content of other sets need not be read again, if all their backups are sound. */
function firstOfSet(all: readonly BackupSummary[], set: string | undefined): Pick<Beginning, 'reason' | 'mayCopy'> {
  if (all.length === 0) return { mayCopy: false };
  const reason = t('This is the first backup of {0}, so it is a full one.', nameOfSet(set));
  return { mayCopy: all.every(isSound), reason };
}

/** @param earlier newest first */
function dueFull(
  earlier: readonly BackupSummary[],
  fullAfter: number,
): Pick<Beginning, 'reason' | 'mayCopy'> | undefined {
  const lastFull = earlier.findIndex(({ kind }) => kind === 'full');
  const chain = lastFull < 0 ? earlier : earlier.slice(0, lastFull + 1);
  // After damage everything is read from the board again: nobody knows what else the disk has lost.
  const worst = worstOf(chain);
  if (worst)
    return {
      mayCopy: false,
      reason:
        worst === 'damaged'
          ? t('Damage was found in earlier backups, so this is a full one.')
          : t('Files are missing in earlier backups, so this is a full one.'),
    };
  const since = lastFull < 0 ? earlier.length : lastFull;
  if (since < fullAfter) return undefined;
  return {
    mayCopy: true,
    reason: t('There were {0} since the last full one, so this is a full one.', count(since, 'backup')),
  };
}

/** The hashes that the board is compared with: of several backups, because a restore or an undo brings back earlier content. */
export async function recentContent(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  base: Base | null,
): Promise<Set<ContentHash>> {
  const hashes = new Set(base?.manifest.entries.filter(isFile).map(({ sha256 }) => sha256));
  for (const summary of (await store.backupsOf(board.identity.id)).slice(0, RECENT)) {
    const manifest = await readableManifest(context, store, summary);
    for (const entry of manifest?.entries ?? []) if (isFile(entry)) hashes.add(entry.sha256);
  }
  return hashes;
}

/** What interrupted backups of the board had read. */
export async function leftoversFor(context: JobContext, board: ConnectedBoard, store: Store): Promise<Leftovers> {
  const { log } = context.env;
  const leftovers = await store.leftovers(board.identity, context.signal);
  const { size } = leftovers.hashes;
  if (size > 0 && board.profile.can.sha256) log.info(`${board.url}: goes on from a backup that was cut off`);
  else if (size > 0) log.info(`${board.url}: a backup was cut off. ${ALL_AGAIN}`);
  return leftovers;
}

export function brokenSentence({ createdAt, archive }: BackupSummary): string {
  return t(
    'The backup of {0} can no longer be read ({1}): this one does not build on it.',
    localTime(createdAt),
    archive,
  );
}

function nothingToGoOnFrom(board: ConnectedBoard, kind: BackupKind, set: string | undefined): BackupError {
  const isOfFull = kind === 'differential';
  const message =
    set === undefined
      ? t(
          isOfFull
            ? 'There is no full backup of the board on {0} to build on.'
            : 'There is no backup of the board on {0} to build on.',
          board.url,
        )
      : t(
          isOfFull
            ? 'There is no full backup of {0} of the board on {1} to build on.'
            : 'There is no backup of {0} of the board on {1} to build on.',
          nameOfSet(set),
          board.url,
        );
  return new BackupError('backup-not-found', message, { path: board.url, hint: t('Take a full backup first.') });
}

/** What the store holds sound, as far as that is known without reading it. */
export interface Held {
  /** Archives that no new backup relies on. */
  readonly distrusted: ReadonlySet<string>;
  /** Looks up these hashes; the other two functions know only hashes that were looked up. */
  look(hashes: Iterable<ContentHash>): Promise<void>;
  /** Whether it need not be stored again. */
  has(this: void, hash: ContentHash): boolean;
  /** Whether it has to be stored again, and can be copied. */
  canCopy(this: void, hash: ContentHash): boolean;
}

export function heldContent(store: Store, { kind, base, distrusted, mayCopy }: Beginning): Held {
  const found = new Set<ContentHash>();
  const relied = new Set<ContentHash>();
  // A full backup stores everything in its own archive; a differential one relies on the archive of its full one, if that has the content.
  const mayRelyOn = (archive: string) =>
    kind === 'incremental' || (kind === 'differential' && archive === base?.summary.archive);
  return {
    distrusted,
    async look(hashes) {
      if (kind === 'full' && !mayCopy) return;
      for (const hash of new Set(hashes)) {
        const sound = (await store.locate(hash)).filter(({ archive }) => !distrusted.has(archive));
        if (sound.length > 0) found.add(hash);
        if (sound.some(({ archive }) => mayRelyOn(archive))) relied.add(hash);
      }
    },
    has: (hash) => relied.has(hash),
    canCopy: (hash) => mayCopy && found.has(hash) && !relied.has(hash),
  };
}
