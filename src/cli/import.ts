import { resolve } from 'node:path';
import { importBackups } from '../core/jobs/importBackups.js';
import { displayPath } from '../core/paths.js';
import type { Store } from '../core/store/store.js';
import { consent, refuseSilence, YES_USAGE, yesOption } from './consent.js';
import { tellImport } from './importTold.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';

export const importVerb: Verb = {
  usage: `FROM… ${STORE_USAGE} ${YES_USAGE}`,
  summary: 'Takes backups from elsewhere into the store, after checking every byte of them',
  options: { ...storeOption, ...yesOption },
  details: `FROM is an archive (.blb, .blb.age), the folder that one was exported or unpacked to, or a folder of archives, such as another store.
Several are taken in together: what an archive lacks may come from another one.
Backups that the store has already stay as they are, and get back what they had lost, where FROM has it. What is encrypted
comes into a store that is not only after a question, or with --yes: it would be readable there without a key.`,
  async run(call) {
    const from = takeArguments(call, 1, Number.POSITIVE_INFINITY).map((name) => resolve(name));
    const store = await storeOf(call);
    return tellImport(
      call,
      store,
      await importBackups(call.context, store, from, { mayBecomePlain: () => mayBecomePlain(call, store) }),
    );
  },
};

/** @throws BackupError `cancelled` if the answer is no; UsageError */
async function mayBecomePlain(call: Call, store: Store): Promise<boolean> {
  const where = displayPath(store.root);
  refuseSilence(call, `What comes is encrypted, and would be readable in ${where} without a key`);
  await consent(
    call,
    `What comes is encrypted, and the backups in ${where} are not. Make it readable there without a key?`,
  );
  return true;
}
