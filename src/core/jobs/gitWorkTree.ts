// Whether git would take the backups along: with the next commit, what is in them would be wherever the project is.

import { dirname, join } from 'node:path';
import type { Env } from '../env.js';
import { gitIgnores } from '../git.js';

export interface GitWorkTree {
  /** Its folder. */
  path: string;
  /** False if there is no git here that could be asked. */
  isCertain: boolean;
}

/** @param archive absolute path @returns undefined if it lies in no work tree, or is ignored there */
export async function workTreeThatTakes(env: Env, archive: string): Promise<GitWorkTree | undefined> {
  const path = await workTreeAround(env, dirname(archive));
  if (path === undefined) return undefined;
  const answer = await gitIgnores(archive);
  if (answer === 'ignored' || answer === 'none') return undefined;
  return { path, isCertain: answer !== undefined };
}

/** Most backups lie in none, and then no process is started. */
async function workTreeAround(env: Env, folder: string): Promise<string | undefined> {
  // A work tree that is one of several, or part of another, has a file of that name.
  if (await env.fs.info(join(folder, '.git'))) return folder;
  return dirname(folder) === folder ? undefined : workTreeAround(env, dirname(folder));
}
