// What helps against what health finds. Knows nothing of VS Code.

import { type Message, msg } from '../../core/l10n.js';
import type { HealthFinding } from '../../core/plan/healthFindings.js';

export interface RemedyCommand {
  title: Message;
  /** Without the prefix. */
  command: string;
  /** It may be about one board. */
  isOfBoard?: true;
}

export const REMEDIES: Readonly<Record<HealthFinding['remedy'], RemedyCommand>> = {
  backup: { title: msg('Backup Device'), command: 'backupDevice', isOfBoard: true },
  repair: { title: msg('Repair Backups…'), command: 'repairBackups' },
  import: { title: msg('Import Backups…'), command: 'importBackups' },
  verify: { title: msg('Verify Backups'), command: 'verifyBackups' },
  prune: { title: msg('Prune Backups…'), command: 'pruneBackups' },
  emptyTrash: { title: msg('Empty Trash…'), command: 'emptyTrash' },
  diagnose: { title: msg('Diagnose Connection…'), command: 'diagnoseConnection' },
  compare: { title: msg('Compare with Another Backup…'), command: 'compareWithBackup' },
  copyOffsite: { title: msg('Copy to Second Place'), command: 'copyToSecondPlace' },
  checkOffsite: { title: msg('Check Second Place'), command: 'checkSecondPlace' },
  log: { title: msg('Show Log'), command: 'showLog' },
};
