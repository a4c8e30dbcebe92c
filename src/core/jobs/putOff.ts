// A backup that is taken by itself waits for a better moment if it would be in somebody's way, or its board is not there.

import { type BackupError, type ErrorCode, isBackupError } from '../errors.js';
import { isOfThisMachine, portKindOf } from '../plan/portKinds.js';
import { isClosing } from './job.js';

/** Nothing is wrong then, and the next look may find it otherwise. Another board at the port: this one is not there. */
const LATER: readonly ErrorCode[] = [
  ...(['program-running', 'port-busy', 'port-not-found', 'wrong-board'] as const),
  'store-busy',
];

/** Whether it has not failed, but is to be tried again as if nothing had been. */
export function isPutOff(error: unknown, signal: AbortSignal | undefined): error is BackupError {
  if (!isBackupError(error)) return false;
  // Whether a board in the network is there, only a connection shows: one that cannot be reached is away.
  const isAway = error.code === 'port-failed' && error.path !== undefined && !isOfThisMachine(portKindOf(error.path));
  return isAway || LATER.includes(error.code) || (error.code === 'cancelled' && isClosing(signal));
}
