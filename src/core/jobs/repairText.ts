// What a repair came to, in words: the same in VS Code and on the command line.

import { basename } from 'node:path';
import { displayPath } from '../paths.js';
import { bytes, count } from '../text.js';
import type { RepairResult } from './repair.js';

export function describeRepair({ written, quarantined, recovered, lost, gone, unread }: RepairResult): string {
  const { fromStore, fromBoard } = recovered;
  if (written.length + quarantined.length + lost.length + unread.length === 0)
    return 'Every byte is sound: there was nothing to repair.';
  return [
    ...(quarantined.length > 0 ? [`${count(quarantined.length, 'damaged archive')} put into quarantine.`] : []),
    ...(written.length > 0 ? [`${count(written.length, 'archive')} written anew.`] : []),
    ...(fromStore > 0 ? [`${count(fromStore, 'lost file')} found in the store.`] : []),
    ...(fromBoard > 0 ? [`${count(fromBoard, 'lost file')} read from the board.`] : []),
    ...(lost.length > 0 ? [`${count(lost.length, 'file')} ${lost.length === 1 ? 'is' : 'are'} lost.`] : []),
    ...(gone.length > 0
      ? [`${count(gone.length, 'backup')} could not be brought back: not even the list of files is left.`]
      : []),
  ].join(' ');
}

/** What the sum above leaves out: each lost file, and what stays as it is. */
export function detailsOfRepair({ lost, unread }: RepairResult): string[] {
  return [
    ...lost.map(({ path, size, backups }) => {
      const ids = backups.map((id) => id.slice(0, 8)).join(', ');
      return `Lost: ${displayPath(path)}, ${bytes(size)}, in ${count(backups.length, 'backup')}: ${ids}.`;
    }),
    ...unread.map(({ archive, reason }) => `Left as it is: ${displayPath(basename(archive))}: ${displayPath(reason)}`),
  ];
}
