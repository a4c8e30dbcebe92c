// Which backups one builds on, and which build on it: by what each was compared with when it was taken. To read a file, no other
// backup is replayed; where the bytes are is another matter.

import type { BackupSummary, ManifestSummary } from '../store/summary.js';

export interface ArchiveChain {
  /** What it builds on: the nearest first, the full one last. */
  before: BackupSummary[];
  /** What builds on it, the oldest first. */
  after: BackupSummary[];
  /** Whether a backup that it builds on is not there any more. */
  isBroken: boolean;
}

type Own = Pick<ManifestSummary, 'id' | 'parent' | 'kind'>;

/** @param others all that are known, of any board */
export function archiveChain(own: Own, others: readonly BackupSummary[]): ArchiveChain {
  const byId = new Map(others.map((backup) => [backup.id, backup]));
  // A manifest from elsewhere may name itself, or one that names it.
  const seen = new Set([own.id]);
  const before: BackupSummary[] = [];
  let at: Own = own;
  let isBroken = false;
  while (at.kind !== 'full' && at.parent !== null && !seen.has(at.parent)) {
    const parent = byId.get(at.parent);
    isBroken = parent === undefined;
    if (!parent) break;
    seen.add(parent.id);
    before.push(parent);
    at = parent;
  }
  const children = new Map<string, BackupSummary[]>();
  for (const backup of others) {
    if (backup.kind === 'full' || backup.parent === null) continue;
    const siblings = children.get(backup.parent);
    if (siblings) siblings.push(backup);
    else children.set(backup.parent, [backup]);
  }
  const after: BackupSummary[] = [];
  const open = [own.id];
  for (const id of open) {
    for (const child of children.get(id) ?? []) {
      if (seen.has(child.id)) continue;
      seen.add(child.id);
      after.push(child);
      open.push(child.id);
    }
  }
  after.sort((one, other) => one.sequence - other.sequence);
  return { before, after, isBroken };
}
