import { deleteBackups } from '../core/jobs/deleteBackups.js';
import { bytes, count } from '../core/text.js';
import { nameBackups } from './backupText.js';
import { consent, refuseSilence, YES_USAGE, yesOption } from './consent.js';
import { findAll, STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const deleteVerb: Verb = {
  usage: `BACKUP… ${STORE_USAGE} ${YES_USAGE}`,
  summary: 'Delete backups; what other backups need of them is kept',
  options: { ...storeOption, ...yesOption },
  details: `Deleted backups go to the trash of the store: \`mpbackup undelete\` brings them back, and \`mpbackup trash
--empty\` removes them for good. Pinned backups cannot be deleted.`,
  async run(call) {
    const references = takeArguments(call, 1, Number.POSITIVE_INFINITY);
    refuseSilence(call, 'This deletes backups');
    const store = await storeOf(call);
    const backups = await findAll(store, references);
    await consent(call, `Delete ${nameBackups(backups)}?`);
    const { removed, moved, movedBytes, freed, seconds } = await deleteBackups(call.context, store, backups);
    const kept =
      moved > 0
        ? ` ${count(moved, 'file')} (${bytes(movedBytes)}) that other backups need ${moved === 1 ? 'is' : 'are'} now in their archives.`
        : '';
    call.output.result(
      { deleted: removed.map(({ id }) => id), moved, movedBytes, freed, seconds },
      `Deleted ${nameBackups(removed)}.${kept} \`mpbackup undelete\` brings ${removed.length === 1 ? 'it' : 'them'} back until the trash is emptied.`,
    );
    return 0;
  },
};
