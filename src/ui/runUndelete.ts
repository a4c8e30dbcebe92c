// Brings deleted backups back, and shows the one that came.

import { undelete } from '../core/jobs/undelete.js';
import type { TrashedBackup } from '../core/store/summary.js';
import { NO_SHARES } from './jobBar.js';
import { showInformation } from './messages.js';
import { nameBackups } from './nameBackups.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';

export async function runUndelete(services: Services, backups: readonly TrashedBackup[]): Promise<void> {
  const words = { title: `Bringing back ${nameBackups(backups)}`, noun: 'Restore', shares: NO_SHARES };
  const result = await runStoreJob(services, words, (context, store) => undelete(context, store, backups));
  if (!result) return;
  const [first] = result.restored;
  void tell(services, `Brought back ${nameBackups(result.restored)}.`, first?.id);
}

async function tell(services: Services, sentence: string, id: string | undefined): Promise<void> {
  const show = await showInformation(sentence, ...(id === undefined ? [] : ['Show Backup']));
  if (show && id !== undefined) await services.revealBackup(id);
}
