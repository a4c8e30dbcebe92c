// What the tree knows of a board's files is worth nothing once something was written there.

import type { Services } from '../services.js';

/**
 * Runs what may write to a board, and has its files read again if it did, also if it failed in the middle: there is a record of every
 * restore that has begun, and one that is not finished is offered to be finished or undone.
 */
export async function whileWriting<T>({ boards, live }: Services, url: string, work: () => Promise<T>): Promise<T> {
  const begun = () => boards.restores.map(({ id, starts }) => `${id} ${starts}`).join();
  const before = begun();
  try {
    return await work();
  } finally {
    await boards.refreshBackups();
    if (begun() !== before) live.outdated(url);
  }
}
