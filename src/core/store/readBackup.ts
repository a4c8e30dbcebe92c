// Reads the manifest of a backup, from wherever the store has it.

import { type CarriedBackup, openArchive } from '../archive/reader.js';
import type { Env } from '../env.js';
import { BackupError, systemCode } from '../errors.js';
import { t } from '../l10n.js';
import type { Holdings } from './listing.js';
import type { BackupSummary } from './summary.js';

/** Where archives are. */
interface Places {
  /** @returns absolute paths, as they were at the last look */
  archives(backup: BackupSummary): Promise<string[]>;
  /** As they are now. */
  holdings(): Promise<Holdings>;
}

/** @returns reads from the archive that is listed, else from a copy of it; throws as `Store.readManifest` */
export function createBackupReader(
  env: Env,
  { archives, holdings }: Places,
): (backup: BackupSummary) => Promise<CarriedBackup> {
  return async (backup) => {
    const failures: unknown[] = [];
    const tried = new Set<string>();
    // It may have been rewritten since it was named: then it stands in another archive.
    for (const look of [
      async () => [backup.archive],
      () => archives(backup),
      async () => (await holdings()).staying.filter(({ id }) => id === backup.id).map(({ archive }) => archive),
    ]) {
      for (const archive of (await look()).filter((path) => !tried.has(path))) {
        tried.add(archive);
        try {
          return await backupIn(env, archive, backup.id);
        } catch (error) {
          failures.push(error);
        }
      }
    }
    throw failures[0];
  };
}

async function backupIn(env: Env, archive: string, id: string): Promise<CarriedBackup> {
  const found = await openArchive(env, archive).catch((error: unknown) => {
    throw isGone(error) ? notFound(archive, error) : error;
  });
  if (found.id !== id) throw notFound(archive);
  return found;
}

function isGone(error: unknown): boolean {
  return error instanceof BackupError && systemCode(error.cause) === 'ENOENT';
}

function notFound(archive: string, cause?: unknown): BackupError {
  return new BackupError('backup-not-found', t('The backup in {0} is gone.', archive), {
    path: archive,
    hint: t('List the backups again.'),
    cause,
  });
}
