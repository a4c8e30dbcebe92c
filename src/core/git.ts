// Asks the git of the user about a path. What a work tree says of itself is not run: it may be anybody's.

import { execFile } from 'node:child_process';
import { dirname } from 'node:path';

/** More than the largest work tree needs; nobody waits longer for a warning. */
const LONGEST_MS = 5_000;

/** `none`: git knows no work tree there, or will have nothing to do with it. */
export type GitAnswer = 'ignored' | 'not-ignored' | 'none';

/**
 * @param path absolute
 * @returns undefined if there is no git, or it does not answer
 */
export function gitIgnores(path: string): Promise<GitAnswer | undefined> {
  // A program named `git` in the folder itself is not meant: Windows looks there first, so we are elsewhere.
  const cwd = dirname(process.execPath);
  const words = ['-C', dirname(path), '-c', 'core.fsmonitor=false', 'check-ignore', '--quiet', '--', path];
  return new Promise((resolve) => {
    execFile('git', words, { cwd, env: plainEnvironment(), timeout: LONGEST_MS, windowsHide: true }, (error) => {
      if (!error) resolve('ignored');
      else if (error.code === 1) resolve('not-ignored');
      else resolve(typeof error.code === 'number' ? 'none' : undefined);
    });
  });
}

/** Whoever is called by a hook of git is told of the work tree of that. Passphrases of backups are nothing for git. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const all = Object.entries(process.env).filter(([name]) => !/^(GIT|MPBACKUP)_/i.test(name));
  return { ...Object.fromEntries(all), GIT_OPTIONAL_LOCKS: '0' };
}
