import { resolve } from 'node:path';
import { importBackups } from '../core/jobs/importBackups.js';
import { tellImport } from './importTold.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const importVerb: Verb = {
  usage: `FROM ${STORE_USAGE}`,
  summary: 'Takes backups from elsewhere into the store, after checking every byte of them',
  options: storeOption,
  details: `FROM is an archive (.blb, .blb.age), the folder that one was exported or unpacked to, or a folder of archives, such as another store.
Backups that the store has already stay as they are, and get back what they had lost, where FROM has it.`,
  async run(call) {
    const [from = ''] = takeArguments(call, 1);
    const store = await storeOf(call);
    return tellImport(call, store, await importBackups(call.context, store, resolve(from)));
  },
};
