// Looks through all backups of a board for the versions of one file. Reads manifests alone.

import { BackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { type BoardPath, displayPath } from '../paths.js';
import { type FileHistory, type SeenFile, seenIn, versionsOf } from '../plan/fileVersions.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { type JobContext, trackPhases } from './job.js';
import { readableManifest } from './readableManifest.js';

/** @throws BackupError `backup-not-found` if no backup of this board has the file, `cancelled` */
export async function fileHistory(
  context: JobContext,
  store: Store,
  boardId: string,
  path: BoardPath,
): Promise<FileHistory> {
  const seen = await lookThrough(context, store, boardId, path);
  const versions = versionsOf(seen);
  if (versions.length === 0) {
    throw new BackupError('backup-not-found', t('No backup of this board has a file {0}.', displayPath(path)), {
      path,
      hint: t('Check the name.'),
    });
  }
  return { versions, unknown: seen.filter(({ file }) => file === undefined).map(({ backup }) => backup) };
}

/** @returns what the backup before has at the path: the newest of the older ones that knows; undefined if there is none */
export async function seenBefore(
  context: JobContext,
  store: Store,
  { id, board }: BackupSummary,
  path: BoardPath,
): Promise<SeenFile | undefined> {
  await store.unlock();
  const backups = await store.backupsOf(board.id);
  const at = backups.findIndex((backup) => backup.id === id);
  for (const backup of at < 0 ? [] : backups.slice(at + 1)) {
    const seen = seenIn(backup, await readableManifest(context, store, backup), path);
    if (seen.file !== undefined) return seen;
  }
  return undefined;
}

/** @returns what each backup of the board has at the path, newest first */
async function lookThrough(context: JobContext, store: Store, boardId: string, path: BoardPath): Promise<SeenFile[]> {
  await store.unlock();
  const backups = await store.backupsOf(boardId);
  const phases = trackPhases(context);
  phases.begin('compare', { files: backups.length, bytes: 0 });
  const seen: SeenFile[] = [];
  for (const backup of backups) {
    throwIfCancelled(context.signal);
    seen.push(seenIn(backup, await readableManifest(context, store, backup), path));
    phases.add({ files: 1 });
  }
  return seen;
}
