// What others are told of backups, boards and failures: of backups no paths of archives, no keys, and nothing that they could change.

import type { ApiError, Backup, Board } from '../../../api/micropython-backup.js';
import { isBackupError, messageOf } from '../../core/errors.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { linkTo } from '../linkTo.js';

export function toldBackup(backup: BackupSummary): Backup {
  const { id, board, createdAt, kind, origin, files, bytes, label, set, pinned } = backup;
  return {
    id,
    board: { id: board.id, name: board.name },
    createdAt,
    kind,
    origin,
    files,
    bytes,
    ...(label !== null && { note: label }),
    ...(set !== undefined && { set }),
    isPinned: pinned,
    link: linkTo(id),
  };
}

export function toldBoard({ id, url, name, machine, latest }: KnownBoard): Board {
  return {
    ...(id !== undefined && { id }),
    ...(url !== undefined && { url }),
    name,
    ...(machine !== undefined && { machine }),
    ...(latest && { latest: toldBackup(latest) }),
  };
}

/** What it says and what to do next, in one text: that may name the file or folder that it is about. */
function toldError(error: unknown): ApiError {
  if (!isBackupError(error)) return Object.assign(new Error(messageOf(error)), { code: 'unexpected' });
  const sentence = [error.message, error.hint].filter(Boolean).join(' ');
  return Object.assign(new Error(sentence), { code: error.code });
}

/** What fails is told as the API says. @throws ApiError */
export async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toldError(error);
  }
}
