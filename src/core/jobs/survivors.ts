// What the backups that stay need. Who takes something away must know all of it: what cannot be read may need anything.

import { dirname } from 'node:path';
import { isFile } from '../archive/manifest.js';
import { BackupError, throwIfCancelled } from '../errors.js';
import type { Survivor } from '../plan/mergePlan.js';
import type { Store } from '../store/store.js';
import type { BackupSummary, StoreListing } from '../store/summary.js';
import { type JobContext, trackPhases } from './job.js';

/** @throws BackupError where one of them cannot be read */
export async function survivorsOf(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
): Promise<Survivor[]> {
  const phases = trackPhases(context);
  phases.begin('plan', { files: backups.length, bytes: 0 });
  const survivors: Survivor[] = [];
  for (const backup of backups) {
    throwIfCancelled(context.signal);
    const { entries, board, sequence } = await store.readManifest(backup);
    survivors.push({ id: backup.id, boardId: board.id, sequence, files: entries.filter(isFile) });
    phases.add({ files: 1 });
  }
  return survivors;
}

/**
 * Backups share bytes within one folder alone: an archive that cannot be read keeps those beside it from being deleted.
 *
 * @param going undefined where content of all folders goes: then a folder that cannot be listed may need it, too
 * @throws BackupError `archive-damaged`
 */
export function refuseUnclear({ unreadable }: StoreListing, going?: readonly BackupSummary[]): void {
  const folders = going && new Set(going.map(({ archive }) => dirname(archive)));
  const unclear = unreadable.find(({ path }) => !folders || folders.has(dirname(path)));
  if (!unclear) return;
  throw new BackupError(
    unclear.error.code === 'archive-unsupported' ? 'archive-unsupported' : 'archive-damaged',
    `Nothing was deleted, because ${unclear.path} cannot be read: it may need what would go.`,
    { path: unclear.path, hint: 'Repair the backups first, or move that file elsewhere.', cause: unclear.error },
  );
}
