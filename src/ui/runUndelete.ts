// Brings deleted backups back, and shows the one that came.

import { undelete } from '../core/jobs/undelete.js';
import { t } from '../core/l10n.js';
import type { TrashedBackup } from '../core/store/summary.js';
import { unawaited } from './failures.js';
import { NO_SHARES } from './jobBar.js';
import { showInformation } from './messages.js';
import { nameBackups } from './nameBackups.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';

export async function runUndelete(services: Services, backups: readonly TrashedBackup[]): Promise<void> {
  const words = { title: t('Bringing back {0}', nameBackups(backups)), noun: t('Restore'), shares: NO_SHARES };
  const result = await runStoreJob(services, words, (context, store) => undelete(context, store, backups));
  if (!result) return;
  const [first] = result.restored;
  unawaited(services, tell(services, t('Brought back {0}.', nameBackups(result.restored)), first?.id));
}

async function tell(services: Services, sentence: string, id: string | undefined): Promise<void> {
  const show = await showInformation(sentence, ...(id === undefined ? [] : [t('Show Backup')]));
  if (show && id !== undefined) await services.revealBackup(id);
}
