import { basename } from 'node:path';
import { verify } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { count, duration } from '../core/text.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const verifyVerb: Verb = {
  usage: `[BACKUP] ${STORE_USAGE}`,
  summary: 'Reads every byte of the archives and says what is damaged',
  options: storeOption,
  async run(call) {
    const [reference] = takeArguments(call, 0, 1);
    const store = await storeOf(call);
    const only = reference === undefined ? undefined : await store.find(reference);
    const { archives, damaged, seconds } = await verify(call.context, store, only);
    const lines = damaged.map(({ archive, path, reason, certainty, backups }) => {
      const where = path === null ? basename(archive) : `${basename(archive)}, ${displayPath(path)}`;
      const lost = backups.length > 0 ? ` Lost for ${count(backups.length, 'backup')}.` : '';
      return `${certainty === 'damaged' ? 'Damaged' : 'Read error'}: ${where}: ${reason}${lost}`;
    });
    const sound = damaged.length === 0;
    call.output.result(
      { ok: sound, archives, damaged, seconds },
      sound ? `${count(archives, 'archive')} verified in ${duration(seconds)}: every byte is sound.` : lines.join('\n'),
    );
    return sound ? 0 : 1;
  },
};
