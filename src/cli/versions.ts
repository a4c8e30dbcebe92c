import { BackupError, isBackupError } from '../core/errors.js';
import { fileHistory } from '../core/jobs/fileHistory.js';
import { endsOf, unknownSentence } from '../core/jobs/fileHistoryText.js';
import { type BoardPath, displayPath, parseUserPath } from '../core/paths.js';
import type { FileHistory, FileVersion } from '../core/plan/fileVersions.js';
import type { Store } from '../core/store/store.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, localTime } from '../core/text.js';
import { boardIdOf } from './boardNamed.js';
import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';

interface Found {
  board: BackupSummary['board'];
  history: FileHistory;
}

export const versionsVerb: Verb = {
  usage: `PATH [BOARD] ${READ_USAGE}`,
  summary: 'Show when a file changed, over all backups of its board',
  options: readOptions,
  details: `BOARD is the name or the id of a board; it may be omitted if only one board has such a file. In the output, + is where
the file was added, ~ where it changed, and - where it was removed. \`mpbackup cat BACKUP PATH\` prints a version.`,
  async run(call) {
    const [name = '', board] = takeArguments(call, 1, 2);
    const path = parseUserPath(name);
    const store = await storeToRead(call);
    const { board: found, history } = await find(call, store, path, board);
    call.output.result(
      {
        board: { id: found.id, name: found.name },
        path,
        versions: history.versions.map(fieldsOf),
        unknown: history.unknown.map(({ id }) => id),
      },
      describeHistory(history),
    );
    return 0;
  },
};

async function find(call: Call, store: Store, path: BoardPath, name: string | undefined): Promise<Found> {
  const { backups } = await store.list();
  const all = [...new Map(backups.map(({ board }) => [board.id, board])).values()];
  const wanted = name === undefined ? undefined : await boardIdOf(store, name);
  const boards = all.filter(({ id }) => wanted === undefined || id === wanted);
  const found: Found[] = [];
  let failure: unknown = new BackupError('backup-not-found', `There is no backup in ${store.root} yet.`);
  for (const board of boards) {
    try {
      found.push({ board, history: await fileHistory(call.context, store, board.id, path) });
    } catch (error) {
      if (!isBackupError(error, 'backup-not-found')) throw error;
      failure = error;
    }
  }
  const [first, second] = found;
  if (!first) throw failure;
  if (!second) return first;
  throw new BackupError('bad-argument', `${found.length} boards have a file ${displayPath(path)}.`, {
    path,
    hint: `Name one: ${found.map(({ board }) => `${board.name} (${board.id})`).join(', ')}.`,
  });
}

function fieldsOf(version: FileVersion): Record<string, unknown> {
  const { change, file, backups } = version;
  const { first, last } = endsOf(version);
  return {
    change,
    size: file?.size ?? null,
    sha256: file?.sha256 ?? null,
    backups: backups.length,
    first: { id: first.id, createdAt: first.createdAt, label: first.label },
    last: { id: last.id, createdAt: last.createdAt },
  };
}

const MARKS = { added: '+', changed: '~', removed: '-' } as const;

/** A line for each version, newest first, and what is not known. */
function describeHistory({ versions, unknown }: FileHistory): string {
  return [...versions.map(lineOf), ...unknownSentence(unknown)].join('\n');
}

/** `~ 2026-11-21 02:57   1.2 kB  3f2a9c1d  backup 1a2b3c4d "before the trip", the same in 12 backups until 2026-11-25 09:10` */
function lineOf(version: FileVersion): string {
  const { change, file, backups } = version;
  const { first, last } = endsOf(version);
  const label = first.label ? ` "${displayPath(first.label)}"` : '';
  const content = file
    ? `${bytes(file.size).padStart(7)}  ${file.sha256.slice(0, 8)}`
    : `${'removed'.padStart(7)}  ${' '.repeat(8)}`;
  const same =
    backups.length === 1 ? '' : `, the same in ${count(backups.length, 'backup')} until ${localTime(last.createdAt)}`;
  return `${MARKS[change]} ${localTime(first.createdAt)}  ${content}  backup ${first.id.slice(0, 8)}${label}${same}`;
}
