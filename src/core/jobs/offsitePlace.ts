// The second place of a store: chosen, given up, and how it stands there.

import type { RcloneOptions } from '../offsite/rclone.js';
import type { RetentionPolicy } from '../plan/retentionPolicy.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

export interface PlaceOptions extends RcloneOptions {
  /** What is kept there; usual: everything. */
  keep?: RetentionPolicy | undefined;
  /** A folder that is there already, to go on with it: a new computer takes the place of one that is gone. */
  folder?: string | undefined;
}

/** How it stands with the second place, as far as this computer knows. All times ISO 8601 in UTC. */
export interface OffsiteState {
  /** Safe to show. */
  place: string;
  /** The folder of this store there. */
  folder: string;
  /** Null where everything is kept. */
  keep: RetentionPolicy | null;
  /** Archives that are not there yet. */
  waiting: number;
  /** Since when the oldest of them waits. */
  waitingSince: string | null;
  /** When all that there was had last been copied; null for never. */
  lastCopyAt: string | null;
  /** Why the last try failed; null where it did not. */
  trouble: { at: string; code: string; message: string } | null;
  /** What the last check came to; null where there was none since the place was chosen. */
  lastCheck: { at: string; checked: number; damaged: number; missing: number } | null;
}

/**
 * @param place absolute path of a folder, or a remote of rclone: `name:path`
 * @throws BackupError `bad-argument`, `rclone-missing`, `place-unreachable`, `place-failed` where nothing can be written there, `store-…`
 */
export function setPlace(
  _context: JobContext,
  _store: Store,
  _place: string,
  _options: PlaceOptions = {},
): Promise<OffsiteState> {
  throw new Error('not made yet');
}

/** What is there stays there. @returns false where there was none */
export function forgetPlace(_context: JobContext, _store: Store): Promise<boolean> {
  throw new Error('not made yet');
}

/** Asks nobody but the folder of the backups. @returns undefined where no second place is set */
export function offsiteState(_store: Store): Promise<OffsiteState | undefined> {
  throw new Error('not made yet');
}
