// Takes a backup of a board: gathers it from the board, then verifies and names the archive. Nothing is written to the board (P34), and
// nothing shows in the store before all of it is verified (P14).

import { checkSetName } from '../backupSet.js';
import { type ConnectedBoard, withBoard } from '../board/connect.js';
import { isBackupError } from '../errors.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { checkAnnotation } from './annotate.js';
import { endEarly, type UnderWay } from './cutOff.js';
import { type BackupOptions, type Gathered, gatherBackup } from './gatherBackup.js';
import { holding } from './holding.js';
import { type BoardAddress, connecting, type JobContext, trackPhases } from './job.js';
import { isPutOff } from './putOff.js';
import { type Account, recorded } from './recorded.js';

export type { BackupOptions };

export interface BackupResult extends Omit<Gathered, 'pending' | 'leftovers' | 'outcome' | 'same'> {
  backup: BackupSummary;
  /** True if the board is exactly as the last backup has it: none was added, and `backup` is that one. */
  unchanged: boolean;
  seconds: number;
}

/**
 * The board is left before the archive is verified and named, which does not need it.
 *
 * @throws BackupError `bad-argument` for a set, a label or metadata that cannot be stored, else the code of what went wrong. The store is
 *   unchanged then, except that what had been read is left for the next backup, unless the user cancelled
 */
export async function backup(
  context: JobContext,
  address: BoardAddress,
  store: Store,
  options: BackupOptions,
): Promise<BackupResult> {
  const { label = null, metadata = [], origin, set, scheduled } = options;
  if (set !== undefined) checkSetName(set);
  checkAnnotation({ label, metadata });
  const purpose: Account = {
    origin,
    ...(set !== undefined && { set }),
    ...(scheduled && { scheduled: scheduled.rules }),
  };
  const ofFailure = (error: unknown): Account | null => {
    if (!scheduled) return purpose;
    return isPutOff(error, context.signal) ? null : { board: scheduled.board, ...purpose };
  };
  const account = (result: BackupResult) => ({ ...accountOf(result), ...purpose });
  const work = async () => {
    await store.unlockToWrite();
    // The lock keeps what the backup finds in the store from being deleted before it is done.
    return holding(context, store, 'shared', 'takes a backup', () => {
      const connection = connecting(context, address);
      return take(context, store, options, (work) => withBoard(connection, work));
    });
  };
  return recorded(context, store, 'backup', account, work, ofFailure);
}

function accountOf({ backup, read, unchanged, wire }: BackupResult): Account {
  const { board, kind, bytes } = backup;
  const taken = unchanged ? { backups: 0 } : { kind, backups: 1 };
  return { board: { id: board.id, name: board.name }, ...taken, files: read, bytes, wire };
}

/** For the safety backup of a restore: the board is connected already, and the lock of the store is held. */
export function backupConnected(
  context: JobContext,
  board: ConnectedBoard,
  store: Store,
  options: BackupOptions,
): Promise<BackupResult> {
  return take(context, store, options, (work) => work(board));
}

async function take(
  context: JobContext,
  store: Store,
  options: BackupOptions,
  onBoard: (work: (board: ConnectedBoard) => Promise<Gathered>) => Promise<Gathered>,
): Promise<BackupResult> {
  const start = context.env.clock.ticks();
  const underWay: UnderWay = {};
  try {
    const gathered = await onBoard((board) => gatherBackup(context, board, store, options, underWay));
    const { pending, leftovers, outcome, same, ...result } = gathered;
    if (same) await pending.abandon();
    else trackPhases(context).begin('save');
    const backup = same ? await noteChecked(context, store, same) : await pending.commit(outcome, context.signal);
    await leftovers.remove();
    return { ...result, backup, unchanged: same !== undefined, seconds: (context.env.clock.ticks() - start) / 1000 };
  } catch (error) {
    throw await endEarly(context, underWay, error);
  }
}

/** Notes on an old backup that the board is still exactly like it. */
async function noteChecked({ env }: JobContext, store: Store, backup: BackupSummary): Promise<BackupSummary> {
  const checkedAt = new Date(env.clock.now()).toISOString();
  try {
    await store.annotate([backup], { checkedAt });
    return { ...backup, checkedAt };
  } catch (error) {
    // The backup is good even if the disk is too full for a note.
    if (!isBackupError(error)) throw error;
    env.log.warn(`${backup.archive}: it could not be noted that the board is just so: ${error.message}`);
    return backup;
  }
}
