// The versions of a file, in words: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import type { FileHistory, FileVersion } from '../plan/fileVersions.js';
import type { BackupSummary } from '../store/summary.js';
import { bytes, count, localTime } from '../text.js';

const MARKS = { added: '+', changed: '~', removed: '-' } as const;

/** A line for each version, newest first, and what is not known. */
export function describeHistory({ versions, unknown }: FileHistory): string {
  return [...versions.map(lineOf), ...unknownSentence(unknown)].join('\n');
}

/** The backup in which it became so, and the newest that has it so. */
export function endsOf({ backups }: FileVersion): { first: BackupSummary; last: BackupSummary } {
  const [last] = backups;
  const first = backups.at(-1);
  if (!first || !last) throw new Error('a version without a backup');
  return { first, last };
}

/** Nothing where every backup knows. */
export function unknownSentence(unknown: readonly BackupSummary[]): string[] {
  if (unknown.length === 0) return [];
  return [
    `${count(unknown.length, 'backup')} did not look there or could not be read, and ${unknown.length === 1 ? 'says' : 'say'} nothing.`,
  ];
}

/** `~ 2026-11-21 02:57   1.2 kB  3f2a9c1d  backup 1a2b3c4d "before the trip", the same in 12 backups until 2026-11-25 09:10` */
function lineOf(version: FileVersion): string {
  const { change, file, backups } = version;
  const { first, last } = endsOf(version);
  const label = first.label ? ` "${displayPath(first.label)}"` : '';
  const content = file
    ? `${bytes(file.size).padStart(7)}  ${file.sha256.slice(0, 8)}`
    : `${'removed'.padStart(7)}  ${' '.repeat(8)}`;
  const same =
    backups.length === 1 ? '' : `, the same in ${count(backups.length, 'backup')} until ${localTime(last.createdAt)}`;
  return `${MARKS[change]} ${localTime(first.createdAt)}  ${content}  backup ${first.id.slice(0, 8)}${label}${same}`;
}
