// Pins and unpins: one verb each, one way.

import { annotate } from '../core/jobs/annotate.js';
import { nameBackups } from './backupText.js';
import { findAll, STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export function pinVerbOf(pinned: boolean): Verb {
  return {
    usage: `BACKUP… ${STORE_USAGE}`,
    summary: pinned
      ? 'Protect backups from being deleted and pruned'
      : 'Allow pinned backups to be deleted and pruned again',
    options: storeOption,
    async run(call) {
      const references = takeArguments(call, 1, Number.POSITIVE_INFINITY);
      const store = await storeOf(call);
      const backups = await findAll(store, references);
      await annotate(call.context, store, backups, { pinned });
      call.output.result(
        { backups: backups.map(({ id }) => ({ id, pinned })) },
        `${pinned ? 'Pinned' : 'Unpinned'} ${nameBackups(backups)}.`,
      );
      return 0;
    },
  };
}
