import { once } from 'node:events';
import { BackupError } from '../core/errors.js';
import { parseUserPath } from '../core/paths.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const catVerb: Verb = {
  usage: `BACKUP PATH ${STORE_USAGE}`,
  summary: 'Writes one file of a backup to standard output',
  options: storeOption,
  async run(call) {
    if (call.flag('json')) throw new UsageError('`mpbackup cat` writes the file itself: it has no JSON.');
    const [reference = '', name = ''] = takeArguments(call, 2);
    const store = await storeOf(call);
    const backup = await store.find(reference);
    const path = parseUserPath(name);
    const { entries } = await store.readManifest(backup);
    const file = entries.find((entry) => entry.type === 'file' && entry.path === path);
    if (file?.type !== 'file') {
      throw new BackupError('backup-not-found', `The backup has no file ${name}.`, {
        path: name,
        hint: `\`mpbackup show ${reference}\` lists what it has.`,
      });
    }
    for await (const chunk of store.readContent(file)) {
      if (!process.stdout.write(chunk)) await drained(call.printingEnded);
      if (call.printingEnded.aborted) break;
    }
    return 0;
  },
};

/** Waits until standard output takes more, or never will. */
async function drained(ended: AbortSignal): Promise<void> {
  try {
    await once(process.stdout, 'drain', { signal: ended });
  } catch (error) {
    // The abort of the signal, or the error behind it.
    if (!ended.aborted) throw error;
  }
}
