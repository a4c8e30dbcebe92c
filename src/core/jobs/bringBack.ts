// Brings backups back from a second place.

import type { RcloneOptions } from '../offsite/rclone.js';
import type { Store } from '../store/store.js';
import type { ImportResult } from './importBackups.js';
import type { JobContext } from './job.js';

export interface BringBackOptions extends RcloneOptions {
  /** Usual: the second place of the store. */
  place?: string | undefined;
  /** Of the store there; usual: that of the store, or the only one that is there. */
  folder?: string | undefined;
  /** References as `Store.find` takes them. */
  backups: 'all' | readonly string[];
}

/**
 * All that comes is verified. Notes come along; into a store that is new or empty also the history, and how it is encrypted.
 *
 * @throws BackupError `backup-not-found`, `bad-argument`, `key-missing`, `key-wrong`, `rclone-missing`, `place-unreachable`,
 *   `place-failed`, `cancelled`, `store-…`
 */
export function bringBack(_context: JobContext, _store: Store, _options: BringBackOptions): Promise<ImportResult> {
  throw new Error('not made yet');
}
