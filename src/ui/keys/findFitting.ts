// Which of several keys opens the backups?

import { isBackupError } from '../../core/errors.js';
import { openStore } from '../../core/store/store.js';
import type { Services } from '../services.js';

/** @returns undefined if none does. @throws BackupError `store-…` */
export async function findFitting(
  { env, boards }: Pick<Services, 'env' | 'boards'>,
  secrets: readonly string[],
): Promise<string | undefined> {
  const { root } = await boards.openStore();
  for (const secret of secrets) {
    try {
      // With this key alone: others may be known already.
      await (await openStore({ ...env, keys: { secretsFor: async () => [secret] } }, root)).unlock();
      return secret;
    } catch (error) {
      if (!isBackupError(error, 'key-wrong')) throw error;
    }
  }
  return undefined;
}
