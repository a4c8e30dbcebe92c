// The file of one lock. All that decides anything is in its name: what kind it is, and whose. So it counts from the moment it is
// created, and a crash while it is written takes nothing away. What it holds is for people to read, and one byte more every few
// seconds, so that other computers see that its owner lives.

import { join } from 'node:path';
import * as v from 'valibot';
import type { Env, OpenFile } from '../env.js';
import { messageOf, systemCode } from '../errors.js';
import { quietly } from './partials.js';

export type LockKind = 'shared' | 'exclusive';

/** What the name of a lock's file says. */
export interface LockName {
  name: string;
  kind: LockKind;
  /** As in {@link Env.processes}. */
  process: string;
  birth: string | undefined;
}

/** What its first line says. */
export interface LockNote {
  /** `deletes backups` */
  work: string;
  /** ISO 8601 */
  since: string;
}

export interface LockFile {
  readonly name: string;
  readonly path: string;
  /** Ends the heartbeat and takes the file away. Never rejects. */
  remove(): Promise<void>;
}

const NAME = /^(shared|exclusive)-(\d{1,10}-[0-9a-f]{8})(?:-([0-9a-f]{8}))?-[0-9a-f]{16}\.lock$/;
const BEAT_MS = 10_000;
const NOTE_LIMIT = 1000;
const REMOVAL_ATTEMPTS = 3;
const REMOVAL_PAUSE_MS = 100;

const noteSchema = v.object({
  work: v.pipe(v.string(), v.regex(/^[^\p{C}\p{Z}][^\p{C}]*$/u)),
  since: v.pipe(v.string(), v.isoTimestamp()),
});

/** @returns undefined for a name that is none of a lock */
export function parseLockName(name: string): LockName | undefined {
  const [, kind, process, birth] = NAME.exec(name) ?? [];
  if ((kind !== 'shared' && kind !== 'exclusive') || process === undefined) return undefined;
  return { name, kind, process, birth };
}

/** @returns undefined if the file is gone, torn or not ours: it counts all the same */
export async function readLockNote({ fs }: Env, path: string): Promise<LockNote | undefined> {
  try {
    const text = Buffer.from((await fs.readFile(path)).subarray(0, NOTE_LIMIT)).toString('utf8');
    return v.parse(noteSchema, JSON.parse(text.slice(0, text.indexOf('\n') + 1)));
  } catch {
    // Only the message to a person gets shorter.
    return undefined;
  }
}

/**
 * @param folder made if it is missing
 * @throws what the file system throws; then no file is left
 */
export async function createLockFile(env: Env, folder: string, kind: LockKind, work: string): Promise<LockFile> {
  const { own, birth } = env.processes;
  const unique = Buffer.from(env.random(8)).toString('hex');
  const name = `${[kind, own, ...(birth === undefined ? [] : [birth]), unique].join('-')}.lock`;
  const path = join(folder, name);
  const note: LockNote = { work, since: new Date(env.clock.now()).toISOString() };

  await env.fs.makeFolder(folder);
  const file = await env.fs.open(path, 'create');
  try {
    await file.append(Buffer.from(`${JSON.stringify(note)}\n`));
  } catch (error) {
    // Its name says all that counts: on a full disk, too, the trash can be emptied.
    if (!['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) {
      await quietly(env, path, () => file.close());
      await removePatiently(env, path);
      throw error;
    }
  }
  const end = new AbortController();
  const beating = beat(env, path, file, end.signal);
  return {
    name,
    path,
    async remove() {
      end.abort();
      await beating;
      // Closed first: network file systems keep a file that is removed while it is open.
      await quietly(env, path, () => file.close());
      await removePatiently(env, path);
    },
  };
}

/**
 * Through the handle that created the file, and never by its name: that would make it again if another computer has
 * taken it away, and its owner would not notice.
 */
async function beat(env: Env, path: string, file: OpenFile, end: AbortSignal): Promise<void> {
  for (;;) {
    await env.clock.sleep(BEAT_MS, end);
    if (end.aborted) return;
    try {
      await file.append(Buffer.from('.'));
      // Else a network file system keeps the byte to itself for a while.
      await file.sync();
    } catch (error) {
      env.log.warn(`${path} could not be kept fresh: ${messageOf(error)}`);
    }
  }
}

/** One that stays would shut others out for as long as this process lives, and a virus scanner may hold a file for a moment. */
async function removePatiently(env: Env, path: string): Promise<void> {
  for (let attempt = 1; attempt < REMOVAL_ATTEMPTS; attempt++) {
    try {
      return await env.fs.remove(path);
    } catch (error) {
      env.log.debug(`${path}: ${systemCode(error) ?? messageOf(error)}`);
      await env.clock.sleep(REMOVAL_PAUSE_MS);
    }
  }
  await quietly(env, path, () => env.fs.remove(path));
}
