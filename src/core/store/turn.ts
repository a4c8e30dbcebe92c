// One scheduled run at a time for each board, in whichever window or program: a lock of its own beside that of the store. Jobs that
// a person starts do not ask for it; they meet at the port.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Env } from '../env.js';
import { acquireLock, type StoreLock } from './lock.js';

/** Two who come at once both give way, and come again; who has the turn keeps it for longer. */
const WAIT_MS = 1_000;

/** @throws BackupError `store-busy` where another one has the turn, `cancelled`, `store-…` */
export function takeTurn(env: Env, root: string, boardId: string, signal: AbortSignal | undefined): Promise<StoreLock> {
  const folder = createHash('sha256').update(boardId).digest('hex').slice(0, 16);
  const request = { kind: 'exclusive', work: 'takes a scheduled backup', waitMs: WAIT_MS, signal } as const;
  return acquireLock(env, join(root, 'locks', `board-${folder}`), request);
}
