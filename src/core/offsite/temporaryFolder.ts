// Where what comes from a second place lies for a while. Nobody else on this computer may look into it: it may hold what backups hold.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import { systemCode } from '../errors.js';

const PREFIX = 'mpbackup-far-';
/** Nobody looks at a second place for so long. */
const LEFTOVER_MS = 7 * 86_400_000;

export interface TemporaryFolder {
  /** Absolute. */
  path: string;
  remove(): Promise<void>;
}

/** @throws BackupError `store-…` */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  await removeLeftovers();
  try {
    const path = await mkdtemp(join(tmpdir(), PREFIX));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  } catch (error) {
    throw diskError(error, tmpdir());
  }
}

/** Of processes that were killed. What is not ours, or goes meanwhile, is left alone. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    try {
      if (Date.now() - (await stat(folder)).mtimeMs > LEFTOVER_MS) await rm(folder, { recursive: true, force: true });
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
    }
  }
}
