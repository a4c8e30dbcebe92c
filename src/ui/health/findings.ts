// What the health of backups says of one board, in the words of a row. Knows nothing of VS Code.

import { type Message, msg, t } from '../../core/l10n.js';
import type { Health } from '../../core/plan/health.js';
import type { HealthFinding } from '../../core/plan/healthFindings.js';

/** @returns what needs a person most, if anything does */
export function findingOf(health: Health | undefined, boardId: string): HealthFinding | undefined {
  return health?.boards.find(({ id }) => id === boardId)?.findings.find(({ needsPerson }) => needsPerson);
}

/** @returns what needs a person of all backups together: their disk */
export function findingOfStore(health: Health | undefined): HealthFinding | undefined {
  return health?.findings.find(({ needsPerson }) => needsPerson);
}

const BRIEFLY: Record<HealthFinding['kind'], Message> = {
  overdue: msg('backup overdue'),
  away: msg('away for long'),
  failing: msg('backups fail'),
  damaged: msg('damage found'),
  'lacks-files': msg('files missing'),
  incomplete: msg('backup incomplete'),
  'test-failed': msg('test restore failed'),
  unverified: msg('not verified for long'),
  growth: msg('grown a lot'),
  shrunk: msg('shrunk a lot'),
  unreadable: msg('archive cannot be read'),
  'disk-short': msg('disk nearly full'),
  clock: msg('clock is wrong'),
  'offsite-behind': msg('second place is behind'),
  'offsite-damaged': msg('second place is damaged'),
  settings: msg('schedule cannot be read'),
};

/** For a row, and for the status bar: `backup overdue` */
export function briefly({ kind }: HealthFinding): string {
  return t(BRIEFLY[kind]);
}
