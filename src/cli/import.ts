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
  summary: 'Import backups from elsewhere into the store, after checking every byte of them',
  options: { ...storeOption, ...yesOption },
  details: `FROM is an archive (.blb, .blb.age), a folder that one was exported or unpacked to, or a folder of archives, such as
another store. If several are named, they are imported together: content that one archive lacks may come from another.

Backups that the store already has stay as they are; if they had lost content that FROM has, they get it back. Encrypted
backups would be readable without a key in a store that is not encrypted, so they are imported there only after a question,
or with --yes.`,
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
  refuseSilence(call, `The backups to import are encrypted, and would be readable in ${where} without a key`);
  await consent(
    call,
    `The backups to import are encrypted, and those in ${where} are not. Make them readable there without a key?`,
  );
  return true;
}
