// Checks what lies at the second place against what was copied there.

import type { RcloneOptions } from '../offsite/rclone.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

export interface CheckOptions extends RcloneOptions {
  /** What is damaged or missing there is copied anew. */
  repair?: boolean | undefined;
  /** Sizes, and hashes where the place tells them; else what has none is downloaded. */
  quick?: boolean | undefined;
}

export interface OffsiteCheck {
  /** Safe to show. */
  place: string;
  /** Nothing was found, or all of it is mended. */
  ok: boolean;
  checked: number;
  /** Paths below the folder of the store, with slashes. */
  damaged: { archive: string; reason: string; repaired: boolean }[];
  /** Archives that were there once, or should be, and are not; those that are copied anew are among {@link damaged}. */
  missing: string[];
  /** Archives there that this store does not have any more: that is as it should be. */
  extra: number;
  /** Archives that are damaged on this computer, and sound there: bring them back, or repair. Absolute paths. */
  damagedHere: { archive: string; reason: string }[];
  seconds: number;
}

/** @throws BackupError as `syncOffsite` */
export function checkOffsite(_context: JobContext, _store: Store, _options: CheckOptions = {}): Promise<OffsiteCheck> {
  throw new Error('not made yet');
}
