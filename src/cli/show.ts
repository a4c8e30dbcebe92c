import { displayPath } from '../core/paths.js';
import { bytes, count, localTime } from '../core/text.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const showVerb: Verb = {
  usage: `BACKUP ${STORE_USAGE}`,
  summary: 'Shows a backup and the files in it',
  options: storeOption,
  async run(call) {
    const [reference = ''] = takeArguments(call, 1);
    const store = await storeOf(call);
    const backup = await store.find(reference);
    const manifest = await store.readManifest(backup);
    const { board, entries, errors } = manifest;
    const lines = entries.map((entry) =>
      entry.type === 'folder'
        ? `${' '.repeat(18)}${displayPath(entry.path)}/`
        : `${entry.sha256.slice(0, 8)}  ${bytes(entry.size).padStart(7)} ${displayPath(entry.path)}`,
    );
    const unread = errors.map((error) => `not backed up     ${displayPath(error.path)}: ${displayPath(error.message)}`);
    call.output.result(
      { backup: { id: backup.id, archive: backup.archive }, manifest },
      [
        `${displayPath(board.name)} (${displayPath(board.machine)}), ${manifest.kind} backup of ${localTime(manifest.createdAt)}`,
        ...(manifest.label ? [`"${displayPath(manifest.label)}"`] : []),
        `${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${displayPath(backup.archive)}`,
        '',
        ...lines,
        ...unread,
      ].join('\n'),
    );
    return 0;
  },
};
