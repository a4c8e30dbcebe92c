import { makeFull } from '../core/jobs/makeFull.js';
import { displayPath } from '../core/paths.js';
import { bytes, count, localTime } from '../core/text.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const makeFullVerb: Verb = {
  usage: `BACKUP ${STORE_USAGE}`,
  summary: 'Put all bytes of a backup into its own archive, without the board',
  options: storeOption,
  details: `The new archive needs no other (this is also called a synthetic full backup). The backup stays the same, and
keeps its id. The archive that is replaced goes to the trash.`,
  async run(call) {
    const [reference = ''] = takeArguments(call, 1);
    const store = await storeOf(call);
    const backup = await store.find(reference);
    const { archive, files, bytes: size, seconds } = await makeFull(call.context, store, backup);
    call.output.result(
      { backup: { id: backup.id, archive, files, bytes: size }, seconds },
      `The backup of ${localTime(backup.createdAt)} now holds all of its ${count(files, 'file')} (${bytes(size)}): ${displayPath(archive)}`,
    );
    return 0;
  },
};
