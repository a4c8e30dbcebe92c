// What was verified after files went onto another board, and what is left to do: so that it can take the place of the first.

import { displayPath } from '../paths.js';
import { count } from '../text.js';
import type { RestoreResult } from './restore.js';
import { skipSentence } from './restoreText.js';

/** One line for each, `[x]` where it is so. */
export function describeCheckList({ board, backup, manifestBoard, ...result }: RestoreResult): string {
  const { restored, unchanged, skipped, conflicts, deleted, left } = result;
  const kept = conflicts.filter(({ settled }) => settled !== 'backup');
  const line = (isSo: boolean, text: string) => `[${isSo ? 'x' : ' '}] ${text}`;
  const files = restored.length + unchanged.length;
  return [
    `From the backup ${backup.id.slice(0, 8)} of ${displayPath(backup.board.name)} to ${displayPath(board.name)}:`,
    '',
    line(
      true,
      `${count(files, 'file')} on the board ${files === 1 ? 'is' : 'are'} as in the backup: each was hashed there`,
    ),
    line(
      skipped.length === 0,
      skipped.length === 0 ? 'Nothing was left out' : `${count(skipped.length, 'file')} left out:`,
    ),
    ...skipped.map(({ path, skip }) => `      ${displayPath(path)}: ${skipSentence(skip)}`),
    ...kept.map(({ path, outcome }) => line(false, `${displayPath(path)}: ${outcome}`)),
    ...(deleted.length > 0
      ? [
          line(
            true,
            `${count(deleted.length, 'file')} that the backup does not have ${deleted.length === 1 ? 'was' : 'were'} deleted`,
          ),
        ]
      : []),
    line(
      left.length === 0,
      left.length === 0
        ? 'No other files are on the board'
        : `${count(left.length, 'other file')} on the board: they stayed`,
    ),
    line(
      board.machine === manifestBoard.machine,
      `The same kind of board: ${same(manifestBoard.machine, board.machine)}`,
    ),
    line(
      board.firmware === manifestBoard.firmware,
      `The same firmware: ${same(manifestBoard.firmware, board.firmware)}`,
    ),
    '',
    'Not part of any backup, and to be looked after by hand:',
    '[ ] The firmware, and what it keeps outside of files (on ESP32: Wi-Fi and Bluetooth settings in NVS)',
    '[ ] What other computers know of the board: its network address, its certificates, its name',
    '[ ] A first backup of this board, so that it has a history of its own',
  ].join('\n');
}

function same(then: string, now: string): string {
  return then === now ? displayPath(now) : `${displayPath(then)} then, ${displayPath(now)} now`;
}
