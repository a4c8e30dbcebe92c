// Groups the backups of one board into chains: a full backup and those of its set that were taken since it.

import type { BackupSummary } from '../store/summary.js';

export interface Chain {
  /** Null for backups whose full one is gone: their files are read all the same, from wherever the bytes are. */
  full: BackupSummary | null;
  /** All of the chain, newest first; the full one is the last. */
  backups: BackupSummary[];
}

/**
 * @param backups of one board, newest first
 * @returns newest first, by the newest backup of each
 */
export function chainsOf(backups: readonly BackupSummary[]): Chain[] {
  const chains: Chain[] = [];
  /** By the set. */
  const open = new Map<string | undefined, Chain>();
  for (const backup of backups) {
    const chain = open.get(backup.set) ?? { full: null, backups: [] };
    if (chain.backups.length === 0) chains.push(chain);
    open.set(backup.set, chain);
    chain.backups.push(backup);
    if (backup.kind !== 'full') continue;
    chain.full = backup;
    open.delete(backup.set);
  }
  return chains;
}
