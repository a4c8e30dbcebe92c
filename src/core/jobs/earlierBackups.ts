// What the backups before this one are good for: one to go on from, content to compare the board with, and bytes that need not
// travel again.

import { isFile, type Manifest } from '../archive/manifest.js';
import type { ConnectedBoard } from '../board/connect.js';
import { BackupError } from '../errors.js';
import type { Leftovers } from '../store/leftovers.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { localTime } from '../text.js';
import type { ContentHash } from '../tree.js';
import { ALL_AGAIN } from './cutOff.js';
import type { JobContext } from './job.js';
import { readableManifest } from './readableManifest.js';

/** Backups whose content a board is compared with. */
const RECENT = 5;

/** The backup that a new one goes on from. */
export interface Base {
  id: string;
  manifest: Manifest;
  summary: BackupSummary;
}

/** The newest backup of the board that can be read; those before it that cannot are named, and stand in nobody's way. */
export async function findBase(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  kind: 'auto' | 'full' | 'incremental',
): Promise<{ base: Base | null; broken: BackupSummary[]; isNewest: boolean }> {
  const broken: BackupSummary[] = [];
  if (kind === 'full') return { base: null, broken, isNewest: false };
  for (const summary of await store.backupsOf(board.identity.id)) {
    const manifest = await readableManifest(context, store, summary);
    if (manifest) return { base: { id: summary.id, manifest, summary }, broken, isNewest: broken.length === 0 };
    broken.push(summary);
  }
  if (kind === 'incremental') throw nothingToGoOnFrom(board);
  return { base: null, broken, isNewest: false };
}

/** Hashes by which the board's scan is compared: those of the last backups, for a restore or an undo brings back what was there. */
export async function recentContent(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
): Promise<Set<ContentHash>> {
  const hashes = new Set<ContentHash>();
  for (const summary of (await store.backupsOf(board.identity.id)).slice(0, RECENT)) {
    const manifest = await readableManifest(context, store, summary);
    for (const entry of manifest?.entries ?? []) if (isFile(entry)) hashes.add(entry.sha256);
  }
  return hashes;
}

/** What backups of the board that were cut off had read. */
export async function leftoversFor(context: JobContext, board: ConnectedBoard, store: Store): Promise<Leftovers> {
  const { log } = context.env;
  const leftovers = await store.leftovers(board.identity, context.signal);
  const { size } = leftovers.hashes;
  if (size > 0 && board.profile.can.sha256) log.info(`${board.url}: goes on from a backup that was cut off`);
  else if (size > 0) log.info(`${board.url}: a backup was cut off. ${ALL_AGAIN}`);
  return leftovers;
}

export function brokenSentence({ createdAt, archive }: BackupSummary): string {
  return `The backup of ${localTime(createdAt)} cannot be read any more (${archive}): this one does not build on it.`;
}

function nothingToGoOnFrom(board: ConnectedBoard): BackupError {
  return new BackupError('backup-not-found', `There is no backup of the board on ${board.url} to go on from.`, {
    path: board.url,
    hint: 'Take a full backup first.',
  });
}

/** What the store holds soundly, as far as is known without reading it. */
export interface Held {
  /** Learns of these. */
  look(hashes: Iterable<ContentHash>): Promise<void>;
  has(this: void, hash: ContentHash): boolean;
}

/**
 * @param isFull a full backup holds nothing to be its own
 * @param broken backups whose archive cannot be read: what lies there is not held
 */
export function heldContent(store: Store, isFull: boolean, broken: readonly BackupSummary[]): Held {
  const unreadable = new Set(broken.map(({ archive }) => archive));
  const found = new Set<ContentHash>();
  return {
    async look(hashes) {
      if (isFull) return;
      for (const hash of new Set(hashes)) {
        const places = await store.locate(hash);
        if (places.some(({ archive }) => !unreadable.has(archive))) found.add(hash);
      }
    },
    has: (hash) => found.has(hash),
  };
}
