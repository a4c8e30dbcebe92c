// The lock of a store between processes: many may share it, or one has it alone (P38, P39, P40).
//
// Each creates a file of its own, then lists the folder, then decides. Why two that exclude each other never both have it: both
// files were created before either was found alone, and whoever created second listed after both were there. It saw the other's
// file, and its own, and did not take the lock. That holds for the first list of a file and for every later one, as long as the
// file is in it: a file that somebody took away (its owner slept, on another computer) proves nothing, and a new one must be made.
//
// Why it ends: of two that see each other, each gives way to an exclusive one and comes again after a random while. An exclusive
// one that has seen no other exclusive one keeps its file and waits for the shared ones to end. Nobody can come after it: whoever
// creates later sees it, and gives way. So it is not starved by shared ones that come and go.

import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { BackupError, messageOf, systemCode, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import { createLockFile, type LockFile, type LockKind, type LockName } from './lockFile.js';
import { storeBusy, watchOtherLocks } from './otherLocks.js';

export type { LockKind };

export interface LockRequest {
  kind: LockKind;
  /** What is being done, for the message that others get: `deletes backups`. */
  work: string;
  /** How long to wait for others. In less than a minute, nobody finds out that a process on another computer is gone. */
  waitMs: number;
  signal?: AbortSignal | undefined;
  /** Called once, if others are in the way. */
  onWaiting?: (() => void) | undefined;
}

export interface StoreLock extends AsyncDisposable {
  /**
   * To be called before each destructive step.
   *
   * @throws BackupError `lock-lost` if another computer took the lock from us while we slept (P39); `store-*` if that
   *   cannot be found out
   */
  check(): Promise<void>;
  /** Never rejects; may be called twice. */
  release(): Promise<void>;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/**
 * @param root of the store; a folder `locks` is made in it, with its parents, if it is missing
 * @throws BackupError `store-busy` after `waitMs`, `cancelled`, `store-denied`, `store-full`, `store-failed`
 */
export async function acquireLock(env: Env, root: string, request: LockRequest): Promise<StoreLock> {
  const folder = join(root, 'locks');
  let file: LockFile | undefined;
  try {
    return await wait();
  } catch (error) {
    await file?.remove();
    throw diskError(error, folder);
  }

  async function wait(): Promise<StoreLock> {
    const otherLocks = watchOtherLocks(env, folder);
    const started = env.clock.ticks();
    let keepsFile = false;
    for (let round = 0; ; round++) {
      throwIfCancelled(request.signal);
      // One who waits looks before it makes a file again, so that the folder comes to rest.
      let blocking = file || round === 0 ? [] : blockingOf(request.kind, (await otherLocks.look()).others);
      if (blocking.length === 0) {
        file ??= await makeFile(env, folder, request);
        if (!file) return lockWithoutFile;
        const { others, isOwnThere } = await otherLocks.look(file.name);
        blocking = blockingOf(request.kind, others);
        if (isOwnThere && blocking.length === 0) return lockOf(env, root, file);
        keepsFile ||= request.kind === 'exclusive' && !blocking.some(({ kind }) => kind === 'exclusive');
        if (!isOwnThere || !keepsFile) {
          await file.remove();
          file = undefined;
          keepsFile = false;
        }
      }
      const left = request.waitMs - (env.clock.ticks() - started);
      if (left <= 0) throw blocking[0] ? await storeBusy(env, root, folder, blocking[0]) : vanished(folder);
      if (round === 0) request.onWaiting?.();
      await env.clock.sleep(Math.min(pauseOf(env, round), left), request.signal);
    }
  }
}

/**
 * What a folder answers that cannot be written to, or a disk that is full. ENOENT is what Node makes of a folder that is to be made on
 * a disk that is read-only.
 */
const NOT_WRITABLE: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOSPC', 'EDQUOT']);

/** @returns undefined if a shared lock needs none: what nobody can write to can be verified all the same */
async function makeFile(env: Env, folder: string, { kind, work }: LockRequest): Promise<LockFile | undefined> {
  try {
    return await createLockFile(env, folder, kind, work);
  } catch (error) {
    if (kind !== 'shared' || !NOT_WRITABLE.has(systemCode(error) ?? '')) throw error;
    env.log.debug(`${folder}: no lock, because nothing can be written there (${messageOf(error)})`);
    return undefined;
  }
}

function vanished(folder: string): BackupError {
  return new BackupError('store-failed', t('What is written to {0} does not stay there.', folder), {
    path: folder,
    hint: t('Check that the disk is connected and sound, then try again.'),
  });
}

/** @returns those in the way of a lock of this kind, the one to name first */
function blockingOf(kind: LockKind, others: readonly LockName[]): LockName[] {
  const exclusive = others.filter((other) => other.kind === 'exclusive');
  return kind === 'shared' ? exclusive : [...exclusive, ...others.filter((other) => other.kind === 'shared')];
}

/** By chance, so that two who met do not meet again; longer with each round, for the sake of disks in a network. */
function pauseOf(env: Env, round: number): number {
  const [chance = 0] = env.random(1);
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** round) * (0.5 + chance / 255);
}

function lockOf(env: Env, root: string, file: LockFile): StoreLock {
  let released: Promise<void> | undefined;
  const release = () => {
    released ??= file.remove();
    return released;
  };
  return {
    async check() {
      if (await isThere(env, file.path)) return;
      throw new BackupError('lock-lost', t('Another computer took over {0} while this one was paused.', root), {
        path: root,
        hint: t('The rest was not done. Try again.'),
      });
    },
    release,
    [Symbol.asyncDispose]: release,
  };
}

/** By opening it: what a network file system remembers of a file may be old. */
async function isThere({ fs }: Env, path: string): Promise<boolean> {
  try {
    await (await fs.open(path, 'read')).close();
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw diskError(error, path);
  }
}

export const lockWithoutFile: StoreLock = {
  async check() {},
  async release() {},
  async [Symbol.asyncDispose]() {},
};
