// Copies to the second place what is not there yet.

import type { RcloneOptions } from '../offsite/rclone.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

export interface SyncResult {
  /** Safe to show. */
  place: string;
  /** Archives that were copied, and their bytes. */
  copied: number;
  bytes: number;
  /** Archives that were there already. */
  present: number;
  /** Of those that were copied: damaged ones took their places there. */
  replaced: number;
  /** Archives that went there by what is kept there, or because a later generation has all that they had. */
  removed: number;
  /** Archives that are still to be copied: see {@link notCopied}. */
  waiting: number;
  /** Archives of this store that were left out, each with the reason. Absolute paths. */
  notCopied: { archive: string; reason: string }[];
  seconds: number;
}

/**
 * @throws BackupError `bad-argument` where no second place is set, `store-busy` where another process copies, `rclone-missing`,
 *   `place-unreachable`, `place-failed`, `cancelled`, `store-…`; what was copied by then is there
 */
export function syncOffsite(_context: JobContext, _store: Store, _options: RcloneOptions = {}): Promise<SyncResult> {
  throw new Error('not made yet');
}
