import { displayPath } from '../core/paths.js';
import { soundnessOf } from '../core/plan/soundness.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, localTime } from '../core/text.js';
import { backupFields, tagText } from './backupText.js';
import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { harmless } from './output.js';
import { takeArguments, type Verb } from './usage.js';

export const showVerb: Verb = {
  usage: `BACKUP ${READ_USAGE}`,
  summary: 'Show a backup and the files in it',
  options: readOptions,
  async run(call) {
    const [reference = ''] = takeArguments(call, 1);
    const store = await storeToRead(call);
    const backup = await store.find(reference);
    const manifest = await store.readManifest(backup);
    const { board, entries, errors } = manifest;
    const noted = (await store.annotations()).get(backup.id)?.metadata ?? [];
    // What was noted later counts.
    const metadata = [...new Map([...manifest.metadata, ...noted])];
    const lines = entries.map((entry) =>
      entry.type === 'folder'
        ? `${' '.repeat(18)}${displayPath(entry.path)}/`
        : `${entry.sha256.slice(0, 8)}  ${bytes(entry.size).padStart(7)} ${displayPath(entry.path)}`,
    );
    const unread = errors.map((error) => `not backed up     ${displayPath(error.path)}: ${displayPath(error.message)}`);
    call.output.result(
      { backup: { ...backupFields(backup), metadata }, manifest },
      [
        `${displayPath(board.name)} (${displayPath(board.machine)}), ${manifest.kind} backup of ${localTime(manifest.createdAt)}`,
        ...(backup.label ? [`"${displayPath(backup.label)}"`] : []),
        ...(backup.note ? [harmless(backup.note)] : []),
        ...(backup.tags.length > 0 ? [backup.tags.map(tagText).join(' ')] : []),
        ...metadata.map(([key, value]) => `${displayPath(key)}: ${displayPath(value)}`),
        ...(backup.pinned ? ['Pinned: it cannot be deleted.'] : []),
        ...(backup.checkedAt ? [`The board was last found unchanged at ${localTime(backup.checkedAt)}.`] : []),
        ...verifiedSentence(backup),
        `${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${displayPath(backup.archive)}`,
        '',
        ...lines,
        ...unread,
      ].join('\n'),
    );
    return 0;
  },
};

const FOUND = {
  sound: 'every byte is sound',
  damaged: 'DAMAGED, see mpbackup verify',
  lacking: 'FILES MISSING, see mpbackup verify; import the archives that have them',
};

function verifiedSentence(backup: BackupSummary): string[] {
  const soundness = soundnessOf(backup);
  if (!backup.verified || soundness === 'unknown') return [];
  return [`Verified at ${localTime(backup.verified.at)}: ${FOUND[soundness]}.`];
}
