// What helps against what health finds. Knows nothing of VS Code.

import type { HealthFinding } from '../../core/plan/healthFindings.js';

export interface RemedyCommand {
  title: string;
  /** Without the prefix. */
  command: string;
  /** It may be about one board. */
  isOfBoard?: true;
}

export const REMEDIES: Readonly<Record<HealthFinding['remedy'], RemedyCommand>> = {
  backup: { title: 'Backup Device', command: 'backupDevice', isOfBoard: true },
  repair: { title: 'Repair Backups…', command: 'repairBackups' },
  verify: { title: 'Verify Backups', command: 'verifyBackups' },
  prune: { title: 'Prune Backups…', command: 'pruneBackups' },
  emptyTrash: { title: 'Empty Trash…', command: 'emptyTrash' },
  diagnose: { title: 'Diagnose Connection…', command: 'diagnoseConnection' },
  compare: { title: 'Compare with Another Backup…', command: 'compareWithBackup' },
  copyOffsite: { title: 'Copy to Second Place', command: 'copyToSecondPlace' },
  checkOffsite: { title: 'Check Second Place', command: 'checkSecondPlace' },
  log: { title: 'Show Log', command: 'showLog' },
};
