// Gives a store another key, its first one, or none: each archive is written anew, and nothing stays under the old key.

import type { KeyMode } from '../store/encryption.js';
import type { Store } from '../store/store.js';
import type { UnreadableArchive } from '../store/summary.js';
import type { JobContext } from './job.js';

/**
 * `identity` must fit one of the recipients: else nobody here could read. `workFactor`: what a passphrase costs whoever tries it, as the
 * logarithm to the base 2 of scrypt's N; 18 takes 256 MB for a moment. Less is for computers that have not that much.
 */
export type NewKey = { passphrase: string; workFactor?: number } | { recipients: string[]; identity: string };

export interface KeyChangeResult {
  /** Null where the archives are plain now. */
  mode: KeyMode | null;
  /** Archives that were written anew. */
  changed: number;
  /** Archives that could not be read: they are as they were. */
  left: UnreadableArchive[];
  seconds: number;
}

/**
 * @param to null for plain archives
 * @throws BackupError `key-missing`, `key-wrong` where the present key is not there, `bad-argument`, `store-…`, `cancelled`; then `finishKeyChange`
 *   goes on with it, and everything can be read with the new key alone
 */
export async function changeKey(_context: JobContext, _store: Store, _to: NewKey | null): Promise<KeyChangeResult> {
  throw new Error('not yet');
}

/** Goes on with a change that was interrupted; does nothing where there is none. Needs the present key alone. */
export async function finishKeyChange(_context: JobContext, _store: Store): Promise<KeyChangeResult> {
  throw new Error('not yet');
}
