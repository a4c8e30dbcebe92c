import { once } from 'node:events';
import { BackupError, throwIfCancelled } from '../core/errors.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../core/paths.js';
import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const catVerb: Verb = {
  usage: `BACKUP PATH ${READ_USAGE}`,
  summary: 'Write one file of a backup to standard output',
  options: readOptions,
  async run(call) {
    if (call.flag('json')) throw new UsageError('`mpbackup cat` writes the file itself, so it does not take --json.');
    const [reference = '', name = ''] = takeArguments(call, 2);
    const store = await storeToRead(call);
    const backup = await store.find(reference);
    const path = parseUserPath(name);
    const { entries } = await store.readManifest(backup);
    const file = entries.find((entry) => entry.type === 'file' && entry.path === path);
    if (file?.type !== 'file') {
      throw noFile(
        path,
        reference,
        entries.map((entry) => entry.path),
      );
    }
    for await (const chunk of store.readContent(file)) {
      if (!call.stdout.write(chunk)) await drained(call);
      if (call.printingEnded.aborted) break;
      throwIfCancelled(call.context.signal);
    }
    return 0;
  },
};

function noFile(path: BoardPath, reference: string, paths: readonly BoardPath[]): BackupError {
  const hint = `\`mpbackup show ${reference}\` lists its files.`;
  if (path === ROOT || paths.some((other) => other === path || other.startsWith(`${path}/`))) {
    const name = path === ROOT ? '/' : displayPath(path);
    return new BackupError('bad-argument', `${name} is a folder, and \`cat\` writes one file.`, { path, hint });
  }
  return new BackupError('backup-not-found', `The backup has no file ${displayPath(path)}.`, { path, hint });
}

/** Waits until standard output takes more, or never will. */
async function drained({ stdout, printingEnded }: Call): Promise<void> {
  try {
    await once(stdout, 'drain', { signal: printingEnded });
  } catch (error) {
    // The abort of the signal, or the error behind it.
    if (!printingEnded.aborted) throw error;
  }
}
