// What the health of backups says of one board, in the words of a row. Knows nothing of VS Code.

import type { Health, HealthFinding } from '../../core/plan/health.js';

/** @returns what needs a person most, if anything does */
export function findingOf(health: Health | undefined, boardId: string): HealthFinding | undefined {
  return health?.boards.find(({ id }) => id === boardId)?.findings.find(({ needsPerson }) => needsPerson);
}

const BRIEFLY: Record<HealthFinding['kind'], string> = {
  overdue: 'backup overdue',
  failing: 'backups fail',
  damaged: 'damage found',
};

/** For a row, and for the status bar: `backup overdue` */
export function briefly({ kind }: HealthFinding): string {
  return BRIEFLY[kind];
}
