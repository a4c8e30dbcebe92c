// What a plan to prune would do, in words: the same in VS Code and on the command line.

import { nameOfSet } from '../backupSet.js';
import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { longestOriginName, originName } from '../plan/originText.js';
import { describePolicy, type RetentionPolicy } from '../plan/retentionPolicy.js';
import type { BackupSummary } from '../store/summary.js';
import { bytes, localTime } from '../text.js';
import type { PrunePlan } from './prune.js';

/** How many backups a plan deletes. */
export function doomedBy({ boards }: PrunePlan): number {
  return boards.reduce((sum, { plan }) => sum + plan.remove.length, 0);
}

/** A line for each backup, with the reason why it is kept or deleted. */
export function describePrunePlan({ boards }: PrunePlan, policy: RetentionPolicy): string {
  const width = Math.max(t('keep').length, t('delete').length);
  const [keep, remove] = [t('keep').padEnd(width), t('delete').padEnd(width)];
  const lines = boards.flatMap(({ board, backups, plan }) => {
    const rows = [
      ...plan.keep.map(({ id, reasons }) => ({ id, word: keep, why: reasons.join(' ') })),
      ...plan.remove.map(({ id, reason }) => ({ id, word: remove, why: reason })),
    ];
    const sequence = (id: string) => backups.get(id)?.sequence ?? 0;
    rows.sort((one, other) => sequence(other.id) - sequence(one.id));
    return [
      t('{0}: {1} before, {2} after', displayPath(board.name), bytes(plan.bytesBefore), bytes(plan.bytesAfter)),
      ...rows.map(({ id, word, why }) => `  ${word}  ${id.slice(0, 8)}  ${aboutOf(backups.get(id))}  ${why}`),
    ];
  });
  return [describePolicy(policy), ...lines].join('\n');
}

function aboutOf(backup: BackupSummary | undefined): string {
  if (!backup) return '';
  const { createdAt, origin, set } = backup;
  return [
    localTime(createdAt),
    originName(origin).padEnd(longestOriginName()),
    ...(set === undefined ? [] : [nameOfSet(set)]),
  ].join('  ');
}
