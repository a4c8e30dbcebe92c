// A temporary folder for files from a second place.

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { diskError } from '../archive/diskErrors.js';
import type { Log } from '../env.js';
import { messageOf } from '../errors.js';
import { makeTemporaryFolder } from '../temporaryFolder.js';

export interface TemporaryFolder {
  /** Absolute. */
  path: string;
  remove(): Promise<void>;
  /** The same, but never rejects: for a job that is done. */
  discard(log: Log): Promise<void>;
}

/** @throws BackupError `store-…` */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  try {
    const path = await makeTemporaryFolder('mpbackup-far-');
    const remove = () => rm(path, { recursive: true, force: true });
    const discard = (log: Log) => remove().catch((error: unknown) => log.warn(`${path}: ${messageOf(error)}`));
    return { path, remove, discard };
  } catch (error) {
    throw diskError(error, tmpdir());
  }
}
