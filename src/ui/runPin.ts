// Pins and unpins backups. The rows show it, so a word in the status bar is enough.

import * as vscode from 'vscode';
import { annotate } from '../core/jobs/annotate.js';
import type { BackupSummary } from '../core/store/summary.js';
import { NO_SHARES } from './jobBar.js';
import { nameBackups } from './nameBackups.js';
import type { JobWords } from './runJob.js';
import { runStoreJob } from './runStoreJob.js';
import type { Services } from './services.js';

const SHOWN_MS = 5_000;

export async function runPin(services: Services, backups: readonly BackupSummary[], pinned: boolean): Promise<void> {
  const name = nameBackups(backups);
  const words: JobWords<boolean> = {
    title: `${pinned ? 'Pinning' : 'Unpinning'} ${name}`,
    noun: 'Pin',
    shares: NO_SHARES,
    place: 'view',
  };
  const done = await runStoreJob(services, words, async (context, store) => {
    await annotate(context, store, backups, { pinned });
    return true;
  });
  if (done) vscode.window.setStatusBarMessage(`${pinned ? 'Pinned' : 'Unpinned'} ${name}.`, SHOWN_MS);
}
