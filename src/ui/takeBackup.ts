// What a backup of one board and those of several have in common: how it is called, taken, remembered and logged.

import { BackupError, messageOf } from '../core/errors.js';
import { type BackupOptions, type BackupResult, backup } from '../core/jobs/backup.js';
import type { JobContext } from '../core/jobs/job.js';
import { type PrunedAfter, pruneAfterBackup } from '../core/jobs/pruneAfter.js';
import { scopeOfSet } from '../core/jobs/scheduled.js';
import { msg, t } from '../core/l10n.js';
import { displayPath, ROOT } from '../core/paths.js';
import { retentionPolicy } from '../core/plan/retentionSetting.js';
import type { Scope } from '../core/plan/scope.js';
import { type Approach, addressOf } from './approach.js';
import { BACKUP_SHARES } from './jobBar.js';
import { noteBackedUp } from './live/noteLooked.js';
import type { ConnectedBoardChoice } from './pickBoard.js';
import type { JobWords } from './runJob.js';
import { readSchedules } from './schedule/readSchedules.js';
import type { Services } from './services.js';
import { readSettings } from './settings.js';

/** What kind of backup, and why; of which set, and with what note, if that was said. */
export type BackupWish = Pick<BackupOptions, 'kind' | 'origin' | 'set' | 'label'>;

/** What such a job is called in one word. */
export const BACKUP = msg('Backup');

export function wordsFor({ name, key, url }: ConnectedBoardChoice): JobWords {
  return { title: t('Backing up {0}', name), noun: t(BACKUP), shares: BACKUP_SHARES, boards: [key, url] };
}

export async function takeBackup(
  services: Services,
  context: JobContext,
  { url }: ConnectedBoardChoice,
  wish: BackupWish,
  approach: Approach,
): Promise<BackupResult> {
  const { fullAfter, recordUnchanged } = readSettings();
  const address = addressOf(services, url, 'backup', approach);
  return backup(context, address, await services.boards.openStore(), {
    ...wish,
    fullAfter,
    recordUnchanged,
    scope: scopeOf(wish.set),
  });
}

/** What a backup of a set covers. @throws BackupError `bad-argument` if the settings have no such set */
function scopeOf(set: string | undefined): Scope {
  const { include, exclude } = readSettings();
  const usual = { root: ROOT, include, exclude };
  if (set === undefined) return usual;
  const plan = readSchedules().config.sets.find((other) => other.set === set);
  if (plan) return scopeOfSet(plan, usual);
  throw new BackupError('bad-argument', t('The settings have no backup set {0}.', displayPath(set)), {
    hint: t('Sets are named in {0}.', 'micropythonBackup.backupSets'),
  });
}

/** A backup, and how many old ones went to the trash after it. */
export interface BackupInOrder extends BackupResult {
  pruned: number;
}

/** Takes it, and prunes. @throws BackupError as {@link takeBackup} */
export async function takeInOrder(
  ...[services, context, ...how]: Parameters<typeof takeBackup>
): Promise<BackupInOrder> {
  return pruneAfter(services, context, await takeBackup(services, context, ...how));
}

/** Never rejects: the backup is taken. What could not be pruned is told among its warnings. */
export async function pruneAfter(
  services: Services,
  context: JobContext,
  result: BackupResult,
): Promise<BackupInOrder> {
  const pruned = await pruneIfWished(services, context, result.backup.board.id);
  const warnings = [...result.warnings, ...(pruned?.warning === undefined ? [] : [pruned.warning])];
  return { ...result, warnings, pruned: pruned?.removed?.length ?? 0 };
}

/** Never rejects. @returns undefined if the user does not want it, or nothing is to be removed */
export async function pruneIfWished(
  { boards }: Pick<Services, 'boards'>,
  context: JobContext,
  boardId: string,
): Promise<Partial<PrunedAfter> | undefined> {
  const { pruneAfterBackup: isOn, retention } = readSettings();
  if (!isOn) return undefined;
  try {
    return await pruneAfterBackup(context, await boards.openStore(), retentionPolicy(retention), boardId);
  } catch (error) {
    // The setting says what cannot be.
    return { warning: t('Old backups were not pruned: {0}', messageOf(error)) };
  }
}

export async function rememberBackup(
  services: Services,
  { url }: ConnectedBoardChoice,
  result: BackupResult,
): Promise<void> {
  await services.boards.learn(url, result.backup.board.id);
  await services.boards.refreshBackups();
  await noteBackedUp(services, url, result);
  services.others.backedUp(result.backup, result.unchanged);
  // Nobody waits for it: the backup is taken.
  void services.copies.afterBackup();
}

export function logDetails({ log }: Services, { errors, warnings, limits }: BackupResult): void {
  for (const error of errors) log.warn(`not backed up: ${error.message}`);
  for (const warning of warnings) log.warn(warning);
  for (const limit of limits) log.info(limit);
}

/** Whether nothing has to be said besides that it is done. */
export function isWhole({ errors, warnings }: BackupResult): boolean {
  return errors.length === 0 && warnings.length === 0;
}
