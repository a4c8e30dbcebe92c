// A manifest that cannot be read any more must not stand in the way: not of the next backup, not of what is sound beside it.

import type { Manifest } from '../archive/manifest.js';
import { type ErrorCode, isBackupError } from '../errors.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import type { JobContext } from './job.js';

const UNREADABLE: ReadonlySet<ErrorCode> = new Set([
  'archive-damaged',
  'archive-unsupported',
  'backup-not-found',
  // The key of the store is there: it is another one that this archive needs.
  ...(['key-missing', 'key-wrong'] as const),
  'store-failed',
]);

/** @returns undefined if the archive is damaged, gone, or on a part of the disk that does not read */
export async function readableManifest(
  { env }: JobContext,
  store: Store,
  backup: BackupSummary,
): Promise<Manifest | undefined> {
  try {
    return await store.readManifest(backup);
  } catch (error) {
    if (!isBackupError(error) || !UNREADABLE.has(error.code)) throw error;
    env.log.warn(`${backup.archive}: its manifest cannot be read: ${error.message}`);
    return undefined;
  }
}
