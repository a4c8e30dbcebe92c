import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { tellList } from './listTold.js';
import { takeArguments, type Verb } from './usage.js';

export const listVerb: Verb = {
  usage: READ_USAGE,
  summary: 'List the backups of the store, newest first',
  options: readOptions,
  async run(call) {
    takeArguments(call, 0);
    return tellList(call, await storeToRead(call));
  },
};
