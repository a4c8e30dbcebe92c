// What a test restore came to, in words: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import { count, duration, figure, localTime } from '../text.js';
import type { TestRestoreResult } from './testRestore.js';

/** A line for the whole, then one for each thing that is wrong or was not done. */
export function describeTestRestore(result: TestRestoreResult): string[] {
  const { damaged, limits } = result;
  return [sentenceOf(result), ...damaged.map(({ reason }) => displayPath(reason)), ...limits];
}

function sentenceOf({ backup, outcome, damaged, files, read, restored, left, seconds }: TestRestoreResult): string {
  const what = `The backup of ${displayPath(backup.board.name)} of ${localTime(backup.createdAt)}`;
  const how = restored === read ? 'restored and compared' : `read, ${figure(restored)} restored and compared`;
  const reached = `${count(read, 'file')} ${how} in ${duration(seconds)}`;
  if (outcome === 'damaged') return `${what} is damaged: ${count(damaged.length, 'finding')}; ${reached}.`;
  if (outcome === 'sound') return `${what} is sound: ${reached}.`;
  return `${what} was tested in part: ${reached}; ${figure(left)} of ${figure(files)} not reached.`;
}
