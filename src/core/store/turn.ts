// Turns at what happens by itself, in whichever window or program: locks of their own beside that of the store. What a person starts
// does not ask for one.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Env } from '../env.js';
import { acquireLock, type StoreLock } from './lock.js';

/** Two who come at once both give way, and come again; who has the turn keeps it for longer. */
const WAIT_MS = 1_000;

/** A scheduled run: one at a time for each board. Jobs that a person starts meet at the port. */
export function takeBoardTurn(
  env: Env,
  root: string,
  boardId: string,
  signal: AbortSignal | undefined,
): Promise<StoreLock> {
  const name = createHash('sha256').update(boardId).digest('hex').slice(0, 16);
  return takeTurn(env, root, `board-${name}`, 'takes a scheduled backup', signal);
}

/**
 * @param name of the turn, among all of the store
 * @param work what is done, for the message that others get: `checks the backups`
 * @throws BackupError `store-busy` if another one has the turn, `cancelled`, `store-…`
 */
export function takeTurn(
  env: Env,
  root: string,
  name: string,
  work: string,
  signal: AbortSignal | undefined,
): Promise<StoreLock> {
  return acquireLock(env, join(root, 'locks', name), { kind: 'exclusive', work, waitMs: WAIT_MS, signal });
}
