// What the backups that stay need. Who takes something away must know all of it: what cannot be read may need anything.

import { isFile, type Manifest } from '../archive/manifest.js';
import { BackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import type { Survivor } from '../plan/mergePlan.js';
import type { RestoreListing } from '../store/restoreRecords.js';
import type { Store } from '../store/store.js';
import type { BackupSummary, StoreListing } from '../store/summary.js';
import { type JobContext, trackPhases } from './job.js';

/**
 * @param read passes a backup over if it gives no manifest
 * @throws BackupError if one of them cannot be read
 */
export async function survivorsOf(
  context: JobContext,
  store: Store,
  backups: readonly BackupSummary[],
  read: (backup: BackupSummary) => Promise<Manifest | undefined> = store.readManifest,
): Promise<Survivor[]> {
  const phases = trackPhases(context);
  phases.begin('plan', { files: backups.length, bytes: 0 });
  const survivors: Survivor[] = [];
  for (const backup of backups) {
    throwIfCancelled(context.signal);
    const manifest = await read(backup);
    if (manifest) {
      const { entries, board, sequence } = manifest;
      survivors.push({ id: backup.id, boardId: board.id, sequence, files: entries.filter(isFile) });
    }
    phases.add({ files: 1 });
  }
  return survivors;
}

/**
 * What cannot be read may need anything: nothing is taken away beside it.
 *
 * @throws BackupError `archive-damaged`, `archive-unsupported`, `key-missing`, `key-wrong`
 */
export function refuseUnclear({ unreadable }: StoreListing): void {
  const [unclear] = unreadable;
  if (!unclear) return;
  const { code } = unclear.error;
  const isKey = code === 'key-missing' || code === 'key-wrong';
  const isNewer = code === 'archive-unsupported';
  const first = t(
    isNewer ? 'Update MicroPython Backup first.' : 'Repair the backups first, or move that file elsewhere.',
  );
  throw new BackupError(
    isKey || isNewer ? code : 'archive-damaged',
    t('Nothing was deleted, because {0} cannot be read: it may need what would go.', unclear.path),
    {
      path: unclear.path,
      hint: isKey ? t('Give the key of that file, too, or move it elsewhere.') : first,
      cause: unclear.error,
    },
  );
}

/**
 * What restores need has to be known where backups are chosen to go.
 *
 * @throws BackupError `store-failed`
 */
export function refuseUnknownRestores({ unreadable: [path] }: RestoreListing): void {
  if (path === undefined) return;
  throw new BackupError(
    'store-failed',
    t('{0} cannot be read. What that restore needs is not known, and nothing was deleted.', path),
    {
      path,
      hint: t('Move that file away if you do not want to undo or finish that restore.'),
    },
  );
}

/**
 * What is pinned has to be known where backups are chosen to go.
 *
 * @throws BackupError `store-failed`, `store-denied`
 */
export function refuseUnknownPins({ unclearNotes }: StoreListing): void {
  const [unclear] = unclearNotes;
  if (!unclear) return;
  const { code, message, path, hint, cause } = unclear.error;
  throw new BackupError(code, t('It is not known which backups are pinned, so nothing was deleted. {0}', message), {
    ...(path !== undefined && { path }),
    ...(hint !== undefined && { hint }),
    cause,
  });
}
