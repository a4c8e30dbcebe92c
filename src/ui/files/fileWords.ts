// What files of backups are called in titles and lists. Knows nothing of VS Code.

import { endsOf, unknownSentence } from '../../core/jobs/fileHistoryText.js';
import { msg, t } from '../../core/l10n.js';
import { type BoardPath, displayPath, nameOf } from '../../core/paths.js';
import type { FileHistory, FileVersion } from '../../core/plan/fileVersions.js';
import type { BackupSummary } from '../../core/store/summary.js';
import { age, bytes, count, moment } from '../../core/text.js';
import { nameBackup } from '../nameBackups.js';

/** A file, and the backup that has it. */
export interface FileOfBackup {
  backup: BackupSummary;
  path: BoardPath;
}

/** How a version looks in a list to pick from. */
export interface VersionWords {
  /** Name of an icon. */
  icon: string;
  label: string;
  description: string;
  detail: string;
}

const CHANGES = { added: msg('added'), changed: msg('changed'), removed: msg('removed') } as const;
const ICONS = { added: 'diff-added', changed: 'diff-modified', removed: 'diff-removed' } as const;

/** `wifi.py (greenhouse, 12 Nov 09:10 ↔ Today 14:02)` */
export function titleOfTwo(left: FileOfBackup, right: FileOfBackup, now: number): string {
  if (left.path !== right.path) return `${titleOf(left)} ↔ ${titleOf(right)}`;
  const isSameBoard = left.backup.board.id === right.backup.board.id;
  return titleWith(left, isSameBoard ? moment(right.backup.createdAt, now) : nameBackup(right.backup));
}

/** `wifi.py (greenhouse, 12 Nov 09:10 ↔ workspace)`. @param other what it is compared with */
export function titleWith({ backup, path }: FileOfBackup, other: string): string {
  return `${displayPath(nameOf(path))} (${nameBackup(backup)} ↔ ${other})`;
}

/** Older and newer if that can be said: of one file of one board. Else as they are. */
export function olderFirst(one: FileOfBackup, other: FileOfBackup): [FileOfBackup, FileOfBackup] {
  const isComparable = one.path === other.path && one.backup.board.id === other.backup.board.id;
  return isComparable && other.backup.sequence < one.backup.sequence ? [other, one] : [one, other];
}

export function versionWords(version: FileVersion, now: number): VersionWords {
  const { change, file, backups } = version;
  const { first, last } = endsOf(version);
  const facts = [t(CHANGES[change]), ...(file ? [bytes(file.size)] : []), age(first.createdAt, now)];
  return {
    icon: ICONS[change],
    label: moment(first.createdAt, now),
    description: facts.join(', '),
    detail: [
      ...(first.label ? [displayPath(first.label)] : []),
      backups.length === 1
        ? t('In {0}', count(1, 'backup'))
        : t('The same in {0}, until {1}', count(backups.length, 'backup'), moment(last.createdAt, now)),
    ].join(' · '),
  };
}

/** Above the list of versions. */
export function historyPrompt({ unknown }: FileHistory): string {
  return [t('Pick a version to see what changed in it.'), ...unknownSentence(unknown)].join(' ');
}

function titleOf({ backup, path }: FileOfBackup): string {
  return `${displayPath(nameOf(path))} (${nameBackup(backup)})`;
}
