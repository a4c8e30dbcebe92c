// Folders for what lies on this computer for the length of one job. Nobody else may look into them: they may hold what backups hold.

import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from './errors.js';

/** What a killed process left is cleared away after that. */
const LEFTOVER_MS = 60 * 60_000;

/** Prefixes whose leftovers this process has looked for. */
const cleared = new Map<string, Promise<void>>();

/** @param prefix `mpbackup-far-` @returns absolute path of an empty folder: whoever asks for it removes it. @throws what the file system throws */
export async function makeTemporaryFolder(prefix: string): Promise<string> {
  const clearing = cleared.get(prefix) ?? removeLeftovers(prefix);
  cleared.set(prefix, clearing);
  await clearing;
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Of processes that were killed. What is not ours, or goes meanwhile, is left alone. */
async function removeLeftovers(prefix: string): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const [, pid] = name.startsWith(prefix) ? (/^(\d+)-/.exec(name.slice(prefix.length)) ?? []) : [];
    if (pid === undefined || isAlive(Number(pid))) continue;
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
