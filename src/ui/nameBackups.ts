// What backups are called in questions and messages.

import { spokenLanguage, t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { count, moment } from '../core/text.js';

/** `3 backups`, or what is known of a single one: `the backup of Kitchen sensor, Today 14:02` */
export function nameBackups(backups: readonly BackupSummary[]): string {
  const [first] = backups;
  return first && backups.length === 1 ? t('the backup of {0}', nameBackup(first)) : count(backups.length, 'backup');
}

/** `Kitchen sensor, Today 14:02` */
export function nameBackup({ board, createdAt }: BackupSummary): string {
  return `${displayPath(board.name)}, ${moment(createdAt, Date.now())}`;
}

/** Within a sentence. Nouns of German keep their capital. */
export function uncapitalized(noun: string): string {
  return spokenLanguage()?.startsWith('de') ? noun : noun.toLowerCase();
}

/** At the beginning of a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
