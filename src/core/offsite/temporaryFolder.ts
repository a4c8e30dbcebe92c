// Where what comes from a second place lies for a while. Nobody else on this computer may look into it: it may hold what backups hold.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import { systemCode } from '../errors.js';

const PREFIX = 'mpbackup-far-';
const OF_PROCESS = /^mpbackup-far-(\d+)-/;
const LEFTOVER_MS = 60 * 60_000;

export interface TemporaryFolder {
  /** Absolute. */
  path: string;
  remove(): Promise<void>;
}

/** @throws BackupError `store-…` */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  await removeLeftovers();
  try {
    const path = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
    return { path, remove: () => rm(path, { recursive: true, force: true }) };
  } catch (error) {
    throw diskError(error, tmpdir());
  }
}

/** Of processes that were killed. What is not ours, or goes meanwhile, is left alone. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = Number(OF_PROCESS.exec(name)?.[1] ?? 0);
    if (!name.startsWith(PREFIX) || (pid > 0 && isAlive(pid))) continue;
    const folder = join(tmpdir(), name);
    try {
      if (Date.now() - (await stat(folder)).mtimeMs > LEFTOVER_MS) await rm(folder, { recursive: true, force: true });
    } catch (error) {
      if (systemCode(error) === undefined) throw error;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}
