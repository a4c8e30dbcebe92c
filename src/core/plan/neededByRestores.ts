// Which backups restores still need: those that an interrupted one is finished or undone with, and the way back from the last one.

import { t } from '../l10n.js';
import type { RestoreRecord } from '../store/restoreRecords.js';
import { localTime } from '../text.js';

/** The backups without which a restore that has not come to its end could be neither finished nor undone; by id. */
export function neededToSettle(restores: readonly RestoreRecord[]): Map<string, RestoreRecord> {
  const needed = new Map<string, RestoreRecord>();
  for (const record of restores) {
    if (record.state !== 'unfinished' && record.state !== 'running') continue;
    for (const id of [record.backup.id, record.safety]) if (id !== null) needed.set(id, record);
  }
  return needed;
}

/**
 * @param restores newest first
 * @returns by id, a sentence that says why it stays
 */
export function keptForRestores(restores: readonly RestoreRecord[]): Map<string, string> {
  const kept = new Map<string, string>();
  const boards = new Set<string>();
  for (const { state, board, safety, at } of restores) {
    if (state !== 'done' || boards.has(board.id)) continue;
    boards.add(board.id);
    if (safety !== null) kept.set(safety, t('The way back from the restore of {0}.', localTime(at)));
  }
  for (const [id, { at }] of neededToSettle(restores))
    kept.set(id, t('The restore of {0} is not finished, and needs it.', localTime(at)));
  return kept;
}
