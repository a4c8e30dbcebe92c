// An interrupted backup leaves what it has read for the next one (P33). Here is after which failures, and what the user is told.

import { BackupError, isBackupError } from '../errors.js';
import { t } from '../l10n.js';
import type { Leftovers } from '../store/leftovers.js';
import type { PendingBackup } from '../store/pendingBackup.js';
import { count, figure } from '../text.js';
import { isClosing, type JobContext } from './job.js';

/** `12 of 50 files were kept from the backup that was cut off.` @param resumed at least 1 */
export function resumedSentence(resumed: number, files: number): string {
  return t(
    resumed === 1
      ? '{0} of {1} was kept from the backup that was cut off.'
      : '{0} of {1} were kept from the backup that was cut off.',
    figure(resumed),
    count(files, 'file'),
  );
}

/** Why nothing is kept: without hashes of the board, nobody knows which files are still the same. */
export const ALL_AGAIN = 'The board cannot hash, so all of its files are read again.';

/** What has to be cleaned up after a failure. */
export interface UnderWay {
  pending?: PendingBackup;
  /** Whether the board can hash, and so tell which files are still the same. */
  canHash?: boolean;
  /** What an earlier interrupted backup left; set when everything needed of it has been copied. */
  replaced?: Leftovers;
}

/** @returns the failure; its hint says what is left for the next backup, if anything is */
export async function endEarly(
  { env, signal }: JobContext,
  { pending, canHash, replaced }: UnderWay,
  failure: unknown,
): Promise<unknown> {
  const isCut = isCutOff(failure, signal);
  if (isCut && pending && !canHash) env.log.info(ALL_AGAIN);
  if (!isCut || !canHash) {
    await pending?.abandon();
    return failure;
  }
  const kept = (await pending?.setAside()) ?? 0;
  if (kept === 0) return failure;
  await replaced?.remove();
  const { code, message, path, hint, cause } = failure;
  const next =
    kept === 1
      ? t('The next backup continues from the file that is already safe.')
      : t('The next backup continues from the {0} that are already safe.', count(kept, 'file'));
  const details = { hint: hint === undefined ? next : `${hint} ${next}`, cause };
  return new BackupError(code, message, path === undefined ? details : { ...details, path });
}

/** After a cancel nothing is left (P35), nor after an error of the disk, which is not trusted with more. */
function isCutOff(failure: unknown, signal: AbortSignal | undefined): failure is BackupError {
  if (!isBackupError(failure) || failure.code.startsWith('store-')) return false;
  return failure.code !== 'cancelled' || isClosing(signal);
}
