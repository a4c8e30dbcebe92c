// The temporary files of a store: which are ours, who writes them, and what is cleared away. A folder for backups may hold
// other people's `.partial` files too.

import { join } from 'node:path';
import { diskError } from '../archive/diskErrors.js';
import type { Env } from '../env.js';
import { messageOf } from '../errors.js';

/** What was being written when its writer ended. */
export interface Leftover {
  /** Absolute path of the archive as far as it got. */
  path: string;
  /** What its writer left beside it, if it could not take that away. */
  marks: string[];
}

const PARTIAL = '.partial';
const ARCHIVE = /^backup_\d{8}_\d{6}(\.\d{1,6})?\.blb(\.age)?\.partial$/;
const MARK = /^(backup_\d{8}_\d{6}(?:\.\d{1,6})?\.blb(?:\.age)?)\.(\d{1,10}-[0-9a-f]{8})\.partial$/;
const PASSING =
  /^(spool-[0-9a-f]{16}|(index\.(?:json|age)|(?:encryption|offsite|offsite-state|offsite-files)\.json|(?:annotations|history)\.jsonl)\.[0-9a-f]{8})\.partial$/;
const DAY = 24 * 60 * 60 * 1000;
const WEEK = 7 * DAY;

/** Whether a file in a store is a temporary one of ours, or the mark of its writer. */
export function isPassing(name: string): boolean {
  return PASSING.test(name) || /\.blb(\.age)?(\.\d{1,10}-[0-9a-f]{8})?\.partial$/i.test(name);
}

/** @returns the name that a file has until it is whole */
export function partialOf(path: string): string {
  return `${path}${PARTIAL}`;
}

/** @returns the name of an empty file that stands beside the partial archive while this process writes it */
export function markOf({ processes }: Env, path: string): string {
  return `${path}.${processes.own}${PARTIAL}`;
}

/**
 * Partial archives that nobody writes any more: their writer took its mark away, or is gone.
 *
 * @throws BackupError `store-denied`, `store-failed`
 */
export async function findLeftovers({ fs, processes }: Env, folder: string): Promise<Leftover[]> {
  try {
    if (!(await fs.info(folder))) return [];
    const names = await fs.list(folder);
    const marks = names.flatMap((name) => {
      const [, archive, writer] = MARK.exec(name) ?? [];
      return archive === undefined || writer === undefined ? [] : [{ name, partial: partialOf(archive), writer }];
    });
    return names
      .filter((name) => ARCHIVE.test(name))
      .map((name) => ({ name, marks: marks.filter(({ partial }) => partial === name) }))
      .filter(({ marks }) => !marks.some(({ writer }) => processes.mayRun(writer)))
      .map(({ name, marks }) => ({ path: join(folder, name), marks: marks.map(({ name }) => join(folder, name)) }));
  } catch (error) {
    throw diskError(error, folder);
  }
}

/**
 * Clears away what a writer of just this file left that is gone. Never rejects.
 *
 * @param name of the file that was to be
 */
export async function clearLeftover(env: Env, folder: string, name: string): Promise<void> {
  await quietly(env, folder, async () => {
    const isMark = (other: string) =>
      other.startsWith(`${name}.`) && /^\d{1,10}-[0-9a-f]{8}\.partial$/.test(other.slice(name.length + 1));
    const names = (await env.fs.info(folder)) ? await env.fs.list(folder) : [];
    const marks = names.filter(isMark);
    const mayLive = marks.some((mark) => env.processes.mayRun(mark.slice(name.length + 1, -PARTIAL.length)));
    if (marks.length === 0 || mayLive) return;
    for (const left of [`${name}${PARTIAL}`, ...marks]) await env.fs.remove(join(folder, left));
  });
}

/**
 * The same, of writers on whatever computer, if nobody has touched any of it for so long. Never rejects.
 *
 * @param name of the file that was to be
 */
export async function clearForgotten(env: Env, folder: string, name: string, ms: number): Promise<void> {
  await quietly(env, folder, async () => {
    const names = (await env.fs.info(folder)) ? await env.fs.list(folder) : [];
    const left = names.filter((other) => other === `${name}${PARTIAL}` || MARK.exec(other)?.[1] === name);
    const infos = await Promise.all(left.map((each) => env.fs.info(join(folder, each))));
    if (infos.some((info) => info && env.clock.now() - info.modified <= ms)) return;
    for (const each of left) await env.fs.remove(join(folder, each));
  });
}

/**
 * Clears away what crashed writers left and nobody has touched for long: a day, or a week if a backup may go on from it.
 * Never rejects.
 *
 * @param ms how long, if nobody goes on from it
 */
export async function removeStalePartials(env: Env, folder: string, ms?: number): Promise<void> {
  await quietly(env, folder, async () => {
    if (!(await env.fs.info(folder))) return;
    for (const name of await env.fs.list(folder)) {
      const usual = PASSING.test(name) ? DAY : ARCHIVE.test(name) || MARK.test(name) ? WEEK : undefined;
      if (usual === undefined) continue;
      const kept = ms ?? usual;
      const path = join(folder, name);
      const found = await env.fs.info(path);
      if (found?.kind === 'file' && env.clock.now() - found.modified > kept) await env.fs.remove(path);
    }
  });
}

/** For what need not succeed: a failure is logged. */
export async function quietly(env: Env, path: string, step: () => Promise<void> | undefined): Promise<void> {
  try {
    await step();
  } catch (error) {
    env.log.warn(`${path} could not be cleared away: ${messageOf(error)}`);
  }
}
