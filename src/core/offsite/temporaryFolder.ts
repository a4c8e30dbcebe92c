// Where what comes from a second place lies for a while.

import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { diskError } from '../archive/diskErrors.js';
import { makeTemporaryFolder } from '../temporaryFolder.js';

export interface TemporaryFolder {
  /** Absolute. */
  path: string;
  remove(): Promise<void>;
}

/** @throws BackupError `store-…` */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  try {
    const path = await makeTemporaryFolder('mpbackup-far-');
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  } catch (error) {
    throw diskError(error, tmpdir());
  }
}
