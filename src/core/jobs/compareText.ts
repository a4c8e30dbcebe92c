// What a comparison came to, in words: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import { displayPath, ROOT } from '../paths.js';
import type { AddedEntry, ChangedFile, TreeDifference, UnknownPath } from '../plan/compareTrees.js';
import { bytes, count, localTime } from '../text.js';
import type { ComparedSide, CompareResult } from './compare.js';
import { sentencesOnProgram } from './programText.js';

/** What was compared with what, and what became of the programs of boards. */
export function sentencesOnSides({ left, right }: Pick<CompareResult, 'left' | 'right'>): string[] {
  const isOther = left.board.id !== right.board.id;
  return [
    t('From {0} to {1}:', described(left, isOther), described(right, isOther)),
    ...[left, right].flatMap((side) => {
      if (side.kind === 'backup') return [];
      return sentencesOnProgram(side.program).map((sentence) => `${displayPath(side.url)}: ${sentence}`);
    }),
  ];
}

/** A line for each difference, and the sum. */
export function describeDifference(difference: TreeDifference): string {
  const { added, removed, changed, unknown } = difference;
  const lines = [
    ...added.map((entry) => ({ path: entry.path, line: `+ ${entryText(entry)}` })),
    ...removed.map((entry) => ({ path: entry.path, line: `- ${entryText(entry)}` })),
    ...changed.map((file) => ({ path: file.path, line: `~ ${changeText(file)}` })),
    ...unknown.map((place) => ({ path: place.path, line: `? ${unknownText(place)}` })),
  ];
  lines.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
  return [...lines.map(({ line }) => line), ...sumOfDifference(difference)].join('\n');
}

/** `1 added, 0 removed, 2 changed, 47 same.`, and what was not compared */
export function sumOfDifference({ added, removed, changed, same, unknown, outside }: TreeDifference): string[] {
  const isSame = added.length + removed.length + changed.length + unknown.length === 0;
  const sums = [
    t('{0} added', added.length),
    t('{0} removed', removed.length),
    t('{0} changed', changed.length),
    t('{0} same', same.length),
    ...(unknown.length > 0 ? [t('{0} unknown', unknown.length)] : []),
  ];
  const nothing = t(
    same.length === 1 ? 'No differences: {0} is the same.' : 'No differences: {0} are the same.',
    count(same.length, 'file'),
  );
  const notCompared = t('{0} not compared: the other side did not look there.', count(outside.length, 'file'));
  return [isSame ? nothing : `${sums.join(', ')}.`, ...(outside.length > 0 ? [notCompared] : [])];
}

/** @param isOther adds the id of the board: two may have one name */
function described(side: ComparedSide, isOther: boolean): string {
  const name = displayPath(side.board.name);
  const board = isOther ? `${name} (${displayPath(side.board.id)})` : name;
  if (side.kind === 'board') return t('{0} on {1}', board, displayPath(side.url));
  return t("{0}'s backup {1} of {2}", board, side.backup.id.slice(0, 8), localTime(side.backup.createdAt));
}

function entryText(entry: AddedEntry): string {
  const path = displayPath(entry.path);
  if (entry.type === 'folder') return `${path}/`;
  const size = bytes(entry.size);
  if (entry.movedFrom === undefined) return `${path}  ${size}`;
  return t('{0}  {1}, moved from {2}', path, size, displayPath(entry.movedFrom));
}

function changeText({ path, before, after }: ChangedFile): string {
  const [left, right] = [bytes(before.size), bytes(after.size)];
  return `${displayPath(path)}  ${left === right ? right : `${left} -> ${right}`}`;
}

function unknownText({ path, side, message }: UnknownPath): string {
  const name = path === ROOT ? '/' : displayPath(path);
  return t(
    side === 'before' ? '{0}  could not be read on the left: {1}' : '{0}  could not be read on the right: {1}',
    name,
    displayPath(message),
  );
}
