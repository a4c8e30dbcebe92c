import {
  type BackupSide,
  type BoardSide,
  type ComparedSide,
  type CompareResult,
  compare,
} from '../core/jobs/compare.js';
import { describeDifference, sentencesOnSides } from '../core/jobs/compareText.js';
import { parseUserPath, ROOT } from '../core/paths.js';
import type { AddedEntry } from '../core/plan/compareTrees.js';
import type { Store } from '../core/store/store.js';
import { READ_USAGE, readOptions, storeToRead } from './farOption.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { type Call, takeArguments, type Verb } from './usage.js';

export const compareVerb: Verb = {
  usage: `LEFT RIGHT [PATH]… ${READ_USAGE} ${LINE_USAGE}`,
  summary: 'Show what differs between two backups, a backup and a board, or two boards',
  options: { ...readOptions, ...lineOptions },
  details: `LEFT and RIGHT are each a backup or a board; \`latest\` is the latest backup of the board on the other side.
With PATH, only the named files and folders are compared. Nothing is written to a board, and what a backup left out is
not looked at on a board.

In the output, + is only in RIGHT, - is only in LEFT, ~ is in both but differs, and ? could not be read on one side.

Exit codes: 0 whether or not there are differences, 3 if something could not be read.`,
  async run(call) {
    const [left = '', right = '', ...names] = takeArguments(call, 2, Number.POSITIVE_INFINITY);
    const isOfBoards = isBoard(left) && isBoard(right);
    const store = isOfBoards ? undefined : await storeToRead(call);
    const result = await compare(call.context, await sideOf(call, store, left), await sideOf(call, store, right), {
      paths: names.length > 0 ? names.map(parseUserPath) : [ROOT],
    });
    for (const sentence of sentencesOnSides(result)) call.output.note(sentence);
    call.output.result(fieldsOf(result), describeDifference(result.difference));
    return result.difference.unknown.length > 0 ? 3 : 0;
  },
};

/** `COM3`, `/dev/ttyACM0` and URLs are boards; so is no path of an archive. */
export function isBoard(text: string): boolean {
  return /^com\d|[:/\\]/i.test(text) && !/\.blb(\.age)?$/i.test(text);
}

async function sideOf(call: Call, store: Store | undefined, text: string): Promise<BackupSide | BoardSide> {
  if (!store || isBoard(text)) return { board: addressOf(call, text) };
  return { store, backup: text === 'latest' ? (boardId) => store.find(text, boardId) : await store.find(text) };
}

function fieldsOf({ left, right, difference, seconds }: CompareResult): Record<string, unknown> {
  const { added, removed, changed, same, unknown, outside, bytes } = difference;
  return {
    left: fieldsOfSide(left),
    right: fieldsOfSide(right),
    added: added.map(fieldsOfEntry),
    removed: removed.map(fieldsOfEntry),
    changed: changed.map(({ path, before, after }) => ({
      path,
      size: { left: before.size, right: after.size },
      sha256: { left: before.sha256, right: after.sha256 },
    })),
    same: same.length,
    unknown: unknown.map(({ path, side, message }) => ({ path, side: side === 'before' ? 'left' : 'right', message })),
    outside,
    bytes: {
      added: bytes.added,
      removed: bytes.removed,
      same: bytes.same,
      changed: { left: bytes.changed.before, right: bytes.changed.after },
    },
    seconds,
  };
}

function fieldsOfSide(side: ComparedSide): Record<string, unknown> {
  const board = { id: side.board.id, name: side.board.name };
  if (side.kind === 'board') return { board: { ...board, url: side.url }, program: side.program.state };
  const { id, archive, createdAt } = side.backup;
  return { backup: { id, archive, createdAt }, board };
}

function fieldsOfEntry(entry: AddedEntry): Record<string, unknown> {
  const { type, path } = entry;
  if (type === 'folder') return { type, path };
  const { size, sha256, movedFrom } = entry;
  return { type, path, size, sha256, ...(movedFrom !== undefined && { movedFrom }) };
}
