// The versions of a file, in words: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import type { FileVersion } from '../plan/fileVersions.js';
import type { BackupSummary } from '../store/summary.js';
import { count } from '../text.js';

/** The backup in which it became so, and the newest that has it so. */
export function endsOf({ backups }: FileVersion): { first: BackupSummary; last: BackupSummary } {
  const [last] = backups;
  const first = backups.at(-1);
  if (!first || !last) throw new Error('a version without a backup');
  return { first, last };
}

/** Nothing if every backup knows. */
export function unknownSentence(unknown: readonly BackupSummary[]): string[] {
  if (unknown.length === 0) return [];
  return [
    t(
      unknown.length === 1
        ? '{0} did not look there or could not be read, and says nothing.'
        : '{0} did not look there or could not be read, and say nothing.',
      count(unknown.length, 'backup'),
    ),
  ];
}
