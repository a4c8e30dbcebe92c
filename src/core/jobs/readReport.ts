// Gathers what a report tells of a board, from its backups and the history. Reads each manifest once, and no content.

import { BackupError, throwIfCancelled } from '../errors.js';
import { t } from '../l10n.js';
import {
  type BoardReport,
  boardReport,
  ChangeCounter,
  type ReportAsked,
  type TakenAs,
  takenAs,
} from '../plan/boardReport.js';
import type { Store } from '../store/store.js';
import type { BackupSummary } from '../store/summary.js';
import { type JobContext, trackPhases } from './job.js';
import { readableManifest } from './readableManifest.js';

/** What is known outside of the store. */
export type ReportOptions = Pick<ReportAsked, 'board' | 'config' | 'space' | 'offsite' | 'connectedAt'>;

/** @throws BackupError `backup-not-found` if the board has no backup, `key-…`, `cancelled` */
export async function readReport(context: JobContext, store: Store, options: ReportOptions): Promise<BoardReport> {
  const { env } = context;
  await store.unlock();
  const { backups, unreadable } = await store.list();
  const own = backups.filter(({ board }) => board.id === options.board.id);
  const { taken, changes } = await readManifests(context, store, own);
  const { staying } = await store.holdings();
  const archiveBytes = new Map<string, number>();
  for (const { id, size } of staying) archiveBytes.set(id, (archiveBytes.get(id) ?? 0) + size);
  const report = boardReport({
    ...options,
    backups,
    unreadable,
    history: await store.history(),
    now: env.clock.now(),
    timeZone: env.clock.timeZone(),
    archiveBytes,
    taken,
    changes,
  });
  if (report) return report;
  throw new BackupError('backup-not-found', t('There is no backup of {0} yet.', options.board.name), {
    hint: t('Take the first backup: a report needs at least one.'),
  });
}

async function readManifests(context: JobContext, store: Store, backups: readonly BackupSummary[]) {
  const taken = new Map<string, TakenAs>();
  const counter = new ChangeCounter();
  const phases = trackPhases(context);
  phases.begin('compare', { files: backups.length, bytes: 0 });
  for (const backup of [...backups].reverse()) {
    throwIfCancelled(context.signal);
    const manifest = await readableManifest(context, store, backup);
    phases.add({ files: 1 });
    if (!manifest) continue;
    taken.set(backup.id, takenAs(manifest));
    counter.add(manifest);
  }
  return { taken, changes: counter.result() };
}
