// The real disk, and a note of every file that is opened on it.

import { type FileSystem, realEnv } from '../../src/core/env.js';

/** @returns `opened` grows with each file, by its path */
export function watchedOpens(): { watched: FileSystem; opened: string[] } {
  const { fs } = realEnv();
  const opened: string[] = [];
  const watched: FileSystem = {
    ...fs,
    open(path, mode) {
      opened.push(path);
      return fs.open(path, mode);
    },
  };
  return { watched, opened };
}
