// Who else has a lock on a store. Locks of processes that are gone are cleared away by whoever sees them: names are unique, so
// that removing one twice harms nobody. On this computer the system says who is gone, and a process that only stands still keeps
// what it has. Of other computers and containers only the heartbeat can be seen: who shows none for a minute has lost its lock (P39).

import { join } from 'node:path';
import type { Env } from '../env.js';
import { BackupError, systemCode } from '../errors.js';
import { t } from '../l10n.js';
import { localTime } from '../text.js';
import { type LockName, parseLockName, readLockNote } from './lockFile.js';
import { saidWork } from './lockWork.js';
import { quietly } from './partials.js';

/** Six heartbeats. */
const STALE_MS = 60_000;

export interface OtherLocks {
  /**
   * Lists the folder once, and then clears away what is stale.
   *
   * @param own name of our file
   * @returns the locks that others have, and whether our own file was there as well
   */
  look(own?: string): Promise<{ others: LockName[]; isOwnThere: boolean }>;
}

/** @param folder of the locks */
export function watchOtherLocks(env: Env, folder: string): OtherLocks {
  const beats = new Map<string, { size: number; since: number }>();

  async function isGone(lock: LockName): Promise<boolean> {
    const path = join(folder, lock.name);
    if (isHere(env, lock)) {
      if (env.processes.mayRun(lock.process, lock.birth)) return false;
      // Whether or not that works: its process does nothing any more.
      await quietly(env, path, () => env.fs.remove(path));
      return true;
    }
    if (!(await standsStill(lock.name, path))) return false;
    // Must work: a process that only slept learns from it that its lock is lost.
    await env.fs.remove(path);
    env.log.warn(`${path} has shown no sign of life for a minute: its lock was taken away.`);
    return true;
  }

  /** By our own clock, and by how often the size has changed: the clocks of two computers are never compared. */
  async function standsStill(name: string, path: string): Promise<boolean> {
    const now = env.clock.ticks();
    const size = await sizeOf(path);
    const last = beats.get(name);
    if (size !== undefined && size === last?.size) return now - last.since >= STALE_MS;
    if (size === undefined) beats.delete(name);
    else beats.set(name, { size, since: env.clock.ticks() });
    return false;
  }

  /** Network file systems may answer from memory what a size is. Opening a file makes them ask. */
  async function sizeOf(path: string): Promise<number | undefined> {
    try {
      return (await env.fs.readFile(path)).length;
    } catch (error) {
      // What was just removed is seen as gone with the next look; what cannot be read is taken for alive.
      env.log.debug(`${path}: ${systemCode(error)}`);
      return undefined;
    }
  }

  return {
    async look(own) {
      const names = await env.fs.list(folder);
      const others: LockName[] = [];
      for (const name of names) {
        const lock = name === own ? undefined : parseLockName(name);
        if (lock && !(await isGone(lock))) others.push(lock);
      }
      return { others, isOwnThere: own !== undefined && names.includes(own) };
    },
  };
}

/** @param lock that is in the way */
export async function storeBusy(env: Env, root: string, folder: string, lock: LockName): Promise<BackupError> {
  const path = join(folder, lock.name);
  const note = await readLockNote(env, path);
  const [number] = lock.process.split('-');
  const who =
    lock.process === env.processes.own
      ? t('this program')
      : t(isHere(env, lock) ? 'process {0}' : 'process {0} of another computer or container', number ?? '');
  const isSure = isHere(env, lock) && lock.birth !== undefined;
  const wait = t('Wait until that is done, then try again.');
  const message = note
    ? t('{0} is in use: {1} {2} there, since {3}.', root, who, saidWork(note.work), localTime(note.since))
    : t('{0} is in use: {1} works there.', root, who);
  return new BackupError('store-busy', message, {
    path: root,
    hint: isSure ? wait : `${wait} ${t('If nobody works there any more, delete {0}.', path)}`,
  });
}

/** Whether it is of a process that this system knows. */
function isHere({ processes }: Env, { process }: LockName): boolean {
  return process.split('-')[1] === processes.own.split('-')[1];
}
