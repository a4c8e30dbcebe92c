// What a comparison came to, in words: the same in VS Code and on the command line.

import { displayPath, ROOT } from '../paths.js';
import type { AddedEntry, ChangedFile, TreeDifference, UnknownPath } from '../plan/compareTrees.js';
import { bytes, count, localTime } from '../text.js';
import type { ComparedSide, CompareResult } from './compare.js';
import { sentencesOnProgram } from './programText.js';

/** What was compared with what, and what became of the programs of boards. */
export function sentencesOnSides({ left, right }: Pick<CompareResult, 'left' | 'right'>): string[] {
  const isOther = left.board.id !== right.board.id;
  return [
    `From ${described(left, isOther)} to ${described(right, isOther)}:`,
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
    ...[`${added.length} added`, `${removed.length} removed`, `${changed.length} changed`, `${same.length} same`],
    ...(unknown.length > 0 ? [`${unknown.length} unknown`] : []),
  ];
  const areTheSame = `${count(same.length, 'file')} ${same.length === 1 ? 'is' : 'are'} the same.`;
  const notCompared = `${count(outside.length, 'file')} not compared: the other side did not look there.`;
  return [
    isSame ? `No differences: ${areTheSame}` : `${sums.join(', ')}.`,
    ...(outside.length > 0 ? [notCompared] : []),
  ];
}

/** @param isOther adds the id of the board: two may have one name */
function described(side: ComparedSide, isOther: boolean): string {
  const name = displayPath(side.board.name);
  const board = isOther ? `${name} (${displayPath(side.board.id)})` : name;
  if (side.kind === 'board') return `${board} on ${displayPath(side.url)}`;
  return `${board}'s backup ${side.backup.id.slice(0, 8)} of ${localTime(side.backup.createdAt)}`;
}

function entryText(entry: AddedEntry): string {
  if (entry.type === 'folder') return `${displayPath(entry.path)}/`;
  const moved = entry.movedFrom === undefined ? '' : `, moved from ${displayPath(entry.movedFrom)}`;
  return `${displayPath(entry.path)}  ${bytes(entry.size)}${moved}`;
}

function changeText({ path, before, after }: ChangedFile): string {
  const [left, right] = [bytes(before.size), bytes(after.size)];
  return `${displayPath(path)}  ${left === right ? right : `${left} -> ${right}`}`;
}

function unknownText({ path, side, message }: UnknownPath): string {
  const name = path === ROOT ? '/' : displayPath(path);
  return `${name}  could not be read on the ${side === 'before' ? 'left' : 'right'}: ${displayPath(message)}`;
}
