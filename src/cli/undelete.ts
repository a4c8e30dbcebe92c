import { BackupError, isBackupError } from '../core/errors.js';
import { undelete } from '../core/jobs/undelete.js';
import { findBackup } from '../core/store/find.js';
import type { TrashedBackup } from '../core/store/summary.js';
import { nameBackups } from './backupText.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const undeleteVerb: Verb = {
  usage: `BACKUP… ${STORE_USAGE}`,
  summary: 'Bring deleted backups back from the trash',
  options: storeOption,
  details: '`mpbackup trash` lists the backups in the trash; `latest` is the newest of them.',
  async run(call) {
    const references = takeArguments(call, 1, Number.POSITIVE_INFINITY);
    const store = await storeOf(call);
    const trash = await store.trash();
    const wanted = new Set(references.map((reference) => findInTrash(trash, reference)));
    const { restored, seconds } = await undelete(call.context, store, [...wanted]);
    call.output.result(
      { restored: restored.map(({ id, archive }) => ({ id, archive })), seconds },
      `Brought back ${nameBackups(restored)}.`,
    );
    return 0;
  },
};

function findInTrash(trash: readonly TrashedBackup[], reference: string): TrashedBackup {
  try {
    return findBackup(trash, reference);
  } catch (error) {
    if (!isBackupError(error, 'backup-not-found')) throw error;
    const what = reference === 'latest' ? 'no backup' : `no backup ${JSON.stringify(reference)}`;
    throw new BackupError('backup-not-found', `There is ${what} in the trash.`, {
      hint: '`mpbackup trash` lists what is there.',
    });
  }
}
