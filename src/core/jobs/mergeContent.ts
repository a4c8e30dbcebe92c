// P19: before archives go, what other backups need of them is written into archives that stay, and proven there.

import { dirname } from 'node:path';
import { messageOf, throwIfCancelled } from '../errors.js';
import { contentKey, type MergePlan, planMerge } from '../plan/mergePlan.js';
import { generationOf } from '../store/boardFolder.js';
import type { Store } from '../store/store.js';
import type { ArchiveHolding, BackupSummary } from '../store/summary.js';
import { isReadable } from './isReadable.js';
import { type JobContext, trackPhases } from './job.js';
import { survivorsOf } from './survivors.js';

export interface Merged {
  /** New generations of archives, absolute paths. */
  written: string[];
  /** Content that moved, and its bytes. */
  contents: number;
  bytes: number;
}

/**
 * Nothing is taken away here. When this resolves, no backup of `staying` needs any archive of `going`.
 *
 * @param going in the store or in its trash; as they were read once, since what a second look does not find goes all the same
 * @throws BackupError `content-missing` if something that is needed cannot be read; the store is then as it was
 */
export async function mergeContent(
  context: JobContext,
  store: Store,
  staying: readonly BackupSummary[],
  going: readonly ArchiveHolding[],
): Promise<Merged> {
  const { moves } = await planFor(context, store, staying, going);
  const all = [...moves.values()].flat();
  const bytes = all.reduce((sum, { size }) => sum + size, 0);
  // What moves nothing needs no space: a full disk must not keep anybody from freeing some.
  if (all.length > 0) await store.checkSpace({ ...(await sizeOfRewriting(store, moves, bytes)), largest: 0 });
  const phases = trackPhases(context);
  phases.begin('merge', { files: all.length, bytes });
  const written: string[] = [];
  try {
    for (const backup of staying) {
      const add = moves.get(backup.id);
      if (add) written.push(await store.rewrite(backup, { add, signal: context.signal }));
      for (const { size } of add ?? []) phases.add({ files: 1, bytes: size });
    }
  } catch (error) {
    // A disk that fails may fail here too: what it was first is told.
    await store.removeForGood(written).catch((second: unknown) => context.env.log.warn(messageOf(second)));
    throw error;
  }
  return { written, contents: all.length, bytes };
}

/** A copy that stays is relied on only when it was read: bytes rot where nobody looks. */
async function planFor(
  context: JobContext,
  store: Store,
  staying: readonly BackupSummary[],
  going: readonly ArchiveHolding[],
): Promise<MergePlan> {
  const survivors = await survivorsOf(context, store, staying);
  const holdings = await store.holdings();
  const except = new Set([...going, ...holdings.trashed].map(({ archive }) => archive));
  const stays = holdings.staying.filter(({ archive }) => !except.has(archive));
  const first = planMerge(survivors, going, stays);
  const unsound = new Set<string>();
  for (const content of first.stays) {
    throwIfCancelled(context.signal);
    if (!(await isReadable(store, content, except))) unsound.add(contentKey(content));
  }
  return unsound.size === 0 ? first : planMerge(survivors, going, stays, unsound);
}

/** A generation is written whole beside the one before it. */
async function sizeOfRewriting(
  store: Store,
  moves: MergePlan['moves'],
  bytes: number,
): Promise<{ bytes: number; entries: number }> {
  const rewritten = (await store.holdings()).staying.filter(({ id }) => moves.has(id));
  return {
    bytes: bytes + rewritten.reduce((sum, { size }) => sum + size, 0),
    entries: rewritten.reduce((sum, { contents }) => sum + contents.length, 0),
  };
}

/** Archives beside a later generation that has all that they have: what a merge, or a crash in one, leaves behind. */
export function outdatedGenerations(holdings: readonly ArchiveHolding[]): string[] {
  return holdings
    .filter((holding) => {
      const later = holdings.filter(
        ({ id, archive }) =>
          id === holding.id &&
          dirname(archive) === dirname(holding.archive) &&
          generationOf(archive) > generationOf(holding.archive),
      );
      return later.some(({ contents }) => {
        const there = new Set(contents.map(contentKey));
        return holding.contents.every((content) => there.has(contentKey(content)));
      });
    })
    .map(({ archive }) => archive);
}
