// P14: an archive is announced only after it was read back from disk, whole.

import { verifyArchive } from '../archive/verify.js';
import type { Env } from '../env.js';
import { BackupError } from '../errors.js';
import { t } from '../l10n.js';

/**
 * @param partial the archive under its temporary name
 * @param path the name that it is going to have, for the error
 * @throws BackupError `store-failed` if it is not what was written, `cancelled`
 */
export async function proveOnDisk(
  env: Env,
  partial: string,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [damage] = await verifyArchive(env, partial, signal);
  if (!damage) return;
  throw new BackupError('store-failed', t('The disk did not keep what was written to it: {0}', damage.reason), {
    path,
    hint: t('Check the disk, or choose another folder for the backups.'),
    cause: damage.cause,
  });
}
