// Stores as they lie at a second place: found, listed and read straight from there.

import type { RcloneOptions } from '../offsite/rclone.js';
import type { Store } from '../store/store.js';
import type { JobContext } from './job.js';

/** A store at a second place. */
export interface FarStore {
  /** Name of its folder there. */
  folder: string;
  /** The computer that it is of, as its folder says. */
  machine: string;
  /** Archives. */
  backups: number;
  /** When the newest was taken; ISO 8601 in UTC. Null where there is none. */
  newest: string | null;
}

export interface OpenFarStore {
  /** Nothing can be written to it. */
  store: Store;
  /** Takes away what was downloaded. Never rejects. */
  close(): Promise<void>;
}

/**
 * @param place absolute path of a folder, or a remote of rclone
 * @throws BackupError `rclone-missing`, `place-unreachable`, `place-failed`, `cancelled`
 */
export function placesAt(_context: JobContext, _place: string, _options: RcloneOptions = {}): Promise<FarStore[]> {
  throw new Error('not made yet');
}

/**
 * Listing downloads no archive, reading downloads those that are read.
 *
 * @param folder of the store there; may be left out where there is one alone
 * @throws BackupError `store-not-found`, `bad-argument` where it has to be said which; as {@link placesAt}
 */
export function openFarStore(
  _context: JobContext,
  _place: string,
  _folder?: string,
  _options: RcloneOptions = {},
): Promise<OpenFarStore> {
  throw new Error('not made yet');
}

/** The same for the second place of a store. @throws BackupError `bad-argument` where none is set */
export function openFarStoreOf(
  _context: JobContext,
  _store: Store,
  _options: RcloneOptions = {},
): Promise<OpenFarStore> {
  throw new Error('not made yet');
}
