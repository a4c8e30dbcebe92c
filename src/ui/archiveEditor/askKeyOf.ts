// The key of an archive that is shown: that of the backups in use if it is one of them, else one for archives from elsewhere.

import { headerOf } from '../../core/archive/age.js';
import { isForPassphrase } from '../../core/archive/ageHeader.js';
import { openArchive } from '../../core/archive/reader.js';
import { isBackupError } from '../../core/errors.js';
import { isUnlocked } from '../../core/jobs/isUnlocked.js';
import { liesIn } from '../../core/jobs/refuseInside.js';
import { t } from '../../core/l10n.js';
import { enterKey } from '../commands/enterKey.js';
import { askFitting } from '../keys/askKey.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import { archiveAt } from './archiveAt.js';
import type { ShownArchive } from './shownArchive.js';

export async function askKeyOf(services: Services, { uri, shown }: ShownArchive): Promise<void> {
  const { env, path, isLocal } = await archiveAt(services.env, uri);
  const isOwn = isLocal && liesIn(readSettings().storeFolder, path);
  const header = await headerOf(env, path);
  // An archive that is open lacks no key: it is the backups in use that do.
  if (shown?.state !== 'closed' || !header || (isOwn && !(await isUnlocked(await services.boards.openStore())))) {
    await enterKey.run(services, undefined, undefined);
    return;
  }
  const fits = async (secrets: readonly string[]) => {
    for (const secret of secrets) {
      try {
        await openArchive({ ...env, keys: { secretsFor: async () => [secret] } }, path);
        return secret;
      } catch (error) {
        if (!isBackupError(error, 'key-wrong')) throw error;
      }
    }
    return undefined;
  };
  const mode = (await isForPassphrase(header, path)) ? 'passphrase' : 'recipients';
  const fitting = await askFitting(services, { mode, ofWhat: t('The backups in this file') }, fits);
  if (fitting !== undefined) await services.keys.keepForOthers(fitting);
}
