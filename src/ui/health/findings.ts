// What the health of backups says of one board, in the words of a row. Knows nothing of VS Code.

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

const BRIEFLY: Record<HealthFinding['kind'], string> = {
  overdue: 'backup overdue',
  away: 'away for long',
  failing: 'backups fail',
  damaged: 'damage found',
  incomplete: 'backup incomplete',
  'test-failed': 'test restore failed',
  unverified: 'not verified for long',
  growth: 'grown a lot',
  shrunk: 'shrunk a lot',
  'disk-short': 'disk nearly full',
  clock: 'clock is wrong',
  'offsite-behind': 'second place is behind',
  'offsite-damaged': 'second place is damaged',
  settings: 'schedule cannot be read',
};

/** For a row, and for the status bar: `backup overdue` */
export function briefly({ kind }: HealthFinding): string {
  return BRIEFLY[kind];
}
