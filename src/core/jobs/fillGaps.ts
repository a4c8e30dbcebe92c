// What backups need and no archive of their board holds is written into archives, if it can be had: from the trash, from damaged
// archives, from a board. Nothing is taken away here.

import type { ContentPromise } from '../archive/verified.js';
import { throwIfCancelled } from '../errors.js';
import { contentKey, planMerge } from '../plan/mergePlan.js';
import type { ReadContent, Store } from '../store/store.js';
import { isReadable } from './isReadable.js';
import { type JobContext, trackPhases } from './job.js';
import { readableManifest } from './readableManifest.js';
import { survivorsOf } from './survivors.js';

/** What there is besides what the archives of the store hold and its trash. */
export interface OtherContent {
  /** Archives of the store that are not relied on. */
  damaged: ReadonlySet<string>;
  /** Content that can be read. */
  contents: readonly ContentPromise[];
  read: ReadContent;
}

/** @returns new generations, absolute paths */
export async function fillGaps(context: JobContext, store: Store, other: OtherContent): Promise<string[]> {
  const { staying, trashed } = await store.holdings();
  const { backups } = await store.list();
  const survivors = await survivorsOf(context, store, backups, (backup) => readableManifest(context, store, backup));
  const contents = [...other.contents, ...trashed.flatMap((holding) => holding.contents)];
  const sound = staying.filter(({ archive }) => !other.damaged.has(archive));
  const { moves } = planMerge(survivors, [{ boardId: '', contents }], sound);
  const phases = trackPhases(context);
  phases.begin('merge', { files: moves.size, bytes: 0 });
  const has = new Set(other.contents.map(contentKey));
  const written: string[] = [];
  for (const backup of backups) {
    throwIfCancelled(context.signal);
    const add: ContentPromise[] = [];
    for (const content of moves.get(backup.id) ?? []) {
      // The trash may be rotten like anything else: what cannot be had from it stops nothing.
      if (has.has(contentKey(content)) || (await isReadable(store, content))) add.push(content);
    }
    if (add.length > 0) written.push(await store.rewrite(backup, { add, read: other.read, signal: context.signal }));
    if (moves.has(backup.id)) phases.add({ files: 1 });
  }
  return written;
}
