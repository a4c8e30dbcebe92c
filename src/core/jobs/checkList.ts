// What was verified after files went onto another board, and what is left to do: so that it can take the place of the first.

import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { count } from '../text.js';
import type { RestoreResult } from './restore.js';
import { skipSentence } from './restoreText.js';

/** One line for each, `[x]` if it is so. */
export function describeCheckList({ board, backup, manifestBoard, ...result }: RestoreResult): string {
  const { restored, unchanged, skipped, conflicts, deleted, left } = result;
  const kept = conflicts.filter(({ settled }) => settled !== 'backup');
  const line = (isSo: boolean, text: string) => `[${isSo ? 'x' : ' '}] ${text}`;
  const files = restored.length + unchanged.length;
  return [
    t(
      'From the backup {0} of {1} to {2}:',
      backup.id.slice(0, 8),
      displayPath(backup.board.name),
      displayPath(board.name),
    ),
    '',
    line(
      true,
      t(
        files === 1
          ? '{0} on the board is as in the backup: each was hashed there'
          : '{0} on the board are as in the backup: each was hashed there',
        count(files, 'file'),
      ),
    ),
    line(
      skipped.length === 0,
      skipped.length === 0 ? t('Nothing was left out') : t('{0} left out:', count(skipped.length, 'file')),
    ),
    ...skipped.map(({ path, skip }) => `      ${displayPath(path)}: ${skipSentence(skip)}`),
    ...kept.map(({ path, outcome }) => line(false, `${displayPath(path)}: ${outcome}`)),
    ...(deleted.length > 0
      ? [
          line(
            true,
            t(
              deleted.length === 1
                ? '{0} that the backup does not have was deleted'
                : '{0} that the backup does not have were deleted',
              count(deleted.length, 'file'),
            ),
          ),
        ]
      : []),
    line(
      left.length === 0,
      left.length === 0
        ? t('No other files are on the board')
        : t('{0} on the board: they stayed', count(left.length, 'other file')),
    ),
    line(
      board.machine === manifestBoard.machine,
      t('The same kind of board: {0}', same(manifestBoard.machine, board.machine)),
    ),
    line(
      board.firmware === manifestBoard.firmware,
      t('The same firmware: {0}', same(manifestBoard.firmware, board.firmware)),
    ),
    '',
    t('Not part of any backup; check these yourself:'),
    line(false, t('The firmware, and what it keeps outside of files (on ESP32: Wi-Fi and Bluetooth settings in NVS)')),
    line(false, t('What other computers know of the board: its network address, its certificates, its name')),
    line(false, t('A first backup of this board, so that it has a history of its own')),
  ].join('\n');
}

function same(then: string, now: string): string {
  return then === now ? displayPath(now) : t('{0} then, {1} now', displayPath(then), displayPath(now));
}
