// How a backup is shown in a line, the same by every verb that lists backups.

import { nameOfSet } from '../core/backupSet.js';
import { displayPath } from '../core/paths.js';
import { unsoundWord, worstOf } from '../core/plan/soundness.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, localTime } from '../core/text.js';

/** `1a2b3c4d  2026-11-21 02:57  incremental  quick    50 files   214 kB unpacked  demo  "before the trip"  pinned` */
export function backupLine(backup: BackupSummary): string {
  const { id, createdAt, kind, origin, set, files, board, label, tags, pinned } = backup;
  const worst = worstOf([backup]);
  return [
    id.slice(0, 8),
    localTime(createdAt),
    kind.padEnd(12),
    origin.padEnd(7),
    count(files, 'file').padStart(10),
    `${bytes(backup.bytes).padStart(7)} unpacked`,
    displayPath(board.name),
    ...(set !== undefined ? [nameOfSet(set)] : []),
    ...(label ? [`"${displayPath(label)}"`] : []),
    ...tags.map(tagText),
    ...(pinned ? ['pinned'] : []),
    ...(worst ? [unsoundWord(worst).toUpperCase()] : []),
  ].join('  ');
}

export function tagText(tag: string): string {
  return `#${displayPath(tag)}`;
}

/** For JSON. */
export function backupFields(backup: BackupSummary): Record<string, unknown> {
  const { id, archive, board, kind, origin, set, createdAt, label, files } = backup;
  const { note, tags, pinned, checkedAt, verified } = backup;
  return {
    id,
    archive,
    board,
    kind,
    origin,
    createdAt,
    label,
    files,
    bytes: backup.bytes,
    pinned,
    ...(set !== undefined && { set }),
    ...(note !== '' && { note }),
    ...(tags.length > 0 && { tags }),
    ...(checkedAt !== undefined && { checkedAt }),
    ...(verified && { verified }),
  };
}

/** `1 backup`, or what is known of a single one: `the backup of 2026-11-21 02:57`. */
export function nameBackups(backups: readonly BackupSummary[]): string {
  const [first] = backups;
  return first && backups.length === 1
    ? `the backup of ${localTime(first.createdAt)}`
    : count(backups.length, 'backup');
}
