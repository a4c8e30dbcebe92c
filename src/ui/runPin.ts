// Pins and unpins backups. The rows show it, so the check mark in the status bar is enough.

import { annotate } from '../core/jobs/annotate.js';
import { t } from '../core/l10n.js';
import type { BackupSummary } from '../core/store/summary.js';
import { NO_SHARES } from './jobBar.js';
import { nameBackups } from './nameBackups.js';
import type { JobWords } from './runJob.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';

export async function runPin(services: Services, backups: readonly BackupSummary[], pinned: boolean): Promise<void> {
  const name = nameBackups(backups);
  const words: JobWords = {
    title: pinned ? t('Pinning {0}', name) : t('Unpinning {0}', name),
    noun: pinned ? t('Pin') : t('Unpin'),
    shares: NO_SHARES,
    place: 'view',
  };
  await runStoreJob(services, words, (context, store) => annotate(context, store, backups, { pinned }));
}
