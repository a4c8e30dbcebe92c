// The remotes that the user's rclone knows, by their names.

import { BackupError } from '../errors.js';
import { t } from '../l10n.js';
import { type RcloneOptions, runRclone } from './rclone.js';

/** @returns with their colons: `nas:`. @throws BackupError `rclone-missing`, `place-failed` */
export async function listRemotes(options: RcloneOptions): Promise<string[]> {
  const { code, stdout, words } = await runRclone(options, { args: ['listremotes'] });
  if (code !== 0) throw new BackupError('place-failed', t('rclone could not list its remotes: {0}', words));
  return stdout.split(/\r?\n/).filter((line) => line.endsWith(':'));
}
