// What backups are called in questions and messages.

import { displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, moment } from '../core/text.js';

/** `3 backups`, or what is known of a single one: `the backup of Kitchen sensor, Today 14:02` */
export function nameBackups(backups: readonly BackupSummary[]): string {
  const [first] = backups;
  return first && backups.length === 1 ? `the backup of ${nameBackup(first)}` : count(backups.length, 'backup');
}

/** `Kitchen sensor, Today 14:02` */
export function nameBackup({ board, createdAt }: BackupSummary): string {
  return `${displayPath(board.name)}, ${moment(createdAt, Date.now())}`;
}

/** At the beginning of a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
