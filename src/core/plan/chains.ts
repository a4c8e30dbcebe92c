// Groups the backups of one board into chains: a full backup and those taken since it.

import type { BackupSummary } from '../store/summary.js';

export interface Chain {
  /** Null for backups whose full one is gone: their files are read all the same, from wherever the bytes are. */
  full: BackupSummary | null;
  /** All of the chain, newest first; the full one is the last. */
  backups: BackupSummary[];
}

/**
 * @param backups of one board, newest first
 * @returns newest first
 */
export function chainsOf(backups: readonly BackupSummary[]): Chain[] {
  const chains: Chain[] = [];
  let open: Chain | undefined;
  for (const backup of backups) {
    if (!open) {
      open = { full: null, backups: [] };
      chains.push(open);
    }
    open.backups.push(backup);
    if (backup.kind !== 'full') continue;
    open.full = backup;
    open = undefined;
  }
  return chains;
}
