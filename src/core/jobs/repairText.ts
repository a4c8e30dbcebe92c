// What a repair came to, in words: the same in VS Code and on the command line.

import { basename } from 'node:path';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { bytes, count } from '../text.js';
import type { RepairResult } from './repair.js';

export function describeRepair({ written, quarantined, recovered, lost, gone, unread }: RepairResult): string {
  const { fromStore, fromBoard } = recovered;
  if (written.length + quarantined.length + lost.length + unread.length === 0)
    return t('Every byte is sound: there was nothing to repair.');
  return [
    ...(quarantined.length > 0 ? [t('{0} put into quarantine.', count(quarantined.length, 'damaged archive'))] : []),
    ...(written.length > 0 ? [t('{0} rewritten.', count(written.length, 'archive'))] : []),
    ...(fromStore > 0 ? [t('{0} found in other archives.', count(fromStore, 'lost file'))] : []),
    ...(fromBoard > 0 ? [t('{0} read from the board.', count(fromBoard, 'lost file'))] : []),
    ...(lost.length > 0 ? [t(lost.length === 1 ? '{0} is lost.' : '{0} are lost.', count(lost.length, 'file'))] : []),
    ...(gone.length > 0
      ? [t('{0} could not be brought back: not even the list of files is left.', count(gone.length, 'backup'))]
      : []),
  ].join(' ');
}

/** What the sum above leaves out: each lost file, and what stays as it is. */
export function detailsOfRepair({ lost, unread }: RepairResult): string[] {
  return [
    ...lost.map(({ path, size, backups }) => {
      const ids = backups.map((id) => id.slice(0, 8)).join(', ');
      return t('Lost: {0}, {1}, in {2}: {3}.', displayPath(path), bytes(size), count(backups.length, 'backup'), ids);
    }),
    ...unread.map(({ archive, reason }) =>
      t('Left as it is: {0}: {1}', displayPath(basename(archive)), displayPath(reason)),
    ),
  ];
}
