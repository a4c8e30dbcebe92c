// Opens the backups at a second place. If they are encrypted and no key is known, it is asked for: so it is on a new computer.

import type { OpenFarStore } from '../../core/jobs/farStore.js';
import { isUnlocked } from '../../core/jobs/isUnlocked.js';
import type { JobContext } from '../../core/jobs/job.js';
import { t } from '../../core/l10n.js';
import { NO_SHARES } from '../jobBar.js';
import { askFitting } from '../keys/askKey.js';
import { findFitting } from '../keys/findFitting.js';
import { type JobWords, runJob } from '../runJob.js';
import type { Services } from '../services.js';
import { wordsOf } from './runSecondPlace.js';

/** For what is looked up before anything is brought back: nothing says then that it is done. */
export function wordsOfLook<T>(title: string): JobWords<T> {
  return { ...wordsOf<T>(title, t('Bring back'), NO_SHARES), isWhole: () => false };
}

/** @returns undefined if it could not be opened, or no key was given; else the caller closes it */
export async function openThere(
  services: Services,
  open: (context: JobContext) => Promise<OpenFarStore>,
): Promise<OpenFarStore | undefined> {
  let secrets = await services.keys.all();
  const keys = { secretsFor: async () => secrets };
  const words = wordsOfLook<OpenFarStore>(t('Looking at the backups there'));
  const far = await runJob(services, words, (context) => open({ ...context, env: { ...context.env, keys } }));
  if (!far) return undefined;
  let isOpen = false;
  try {
    isOpen = await isUnlocked(far.store);
    if (!isOpen) {
      const known = secrets;
      const secret = await askForKey(services, far, async (candidate) => {
        secrets = [candidate];
        return isUnlocked(far.store);
      });
      if (secret !== undefined) {
        secrets = [secret, ...known];
        await keep(services, secret);
        isOpen = true;
      }
    }
    return isOpen ? far : undefined;
  } finally {
    if (!isOpen) await far.close();
  }
}

async function askForKey(
  services: Services,
  { store, place }: OpenFarStore,
  fitsThere: (secret: string) => Promise<boolean>,
): Promise<string | undefined> {
  const encryption = await store.encryption();
  const mode = encryption.state === 'plain' ? 'passphrase' : encryption.mode;
  return askFitting(services, { mode, ofWhat: t('The backups at {0}', place) }, async (candidates) => {
    for (const candidate of candidates) if (await fitsThere(candidate)) return candidate;
    return undefined;
  });
}

/** An empty store takes over how the one there is encrypted, and its key with it. */
async function keep(services: Services, secret: string): Promise<void> {
  const { keys, boards } = services;
  const here = await boards.openStore();
  const isPlain = (await here.encryption()).state === 'plain';
  const isOurs = isPlain ? (await here.files()).length === 0 : (await findFitting(services, [secret])) !== undefined;
  await (isOurs ? keys.keep(secret) : keys.keepForOthers(secret));
}
