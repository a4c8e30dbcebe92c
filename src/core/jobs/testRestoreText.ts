// What a test restore came to, in words: the same in VS Code and on the command line.

import { t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { count, duration, figure, localTime } from '../text.js';
import type { TestRestoreResult } from './testRestore.js';

/** A line for the whole, then one for each thing that is wrong or was not done. */
export function describeTestRestore(result: TestRestoreResult): string[] {
  const { damaged, limits } = result;
  return [sentenceOf(result), ...damaged.map(({ reason }) => displayPath(reason)), ...limits];
}

function sentenceOf({ backup, outcome, damaged, files, read, restored, left, seconds }: TestRestoreResult): string {
  const [name, at] = [displayPath(backup.board.name), localTime(backup.createdAt)];
  const [all, time] = [count(read, 'file'), duration(seconds)];
  const reached =
    restored === read
      ? t('{0} restored and compared in {1}', all, time)
      : t('{0} read, {1} restored and compared in {2}', all, figure(restored), time);
  if (outcome === 'damaged') {
    const isLacking = damaged.every(({ certainty }) => certainty === 'missing');
    const findings = count(damaged.length, 'finding');
    return isLacking
      ? t('Files are missing in the backup of {0} of {1}: {2}; {3}.', name, at, findings, reached)
      : t('The backup of {0} of {1} is damaged: {2}; {3}.', name, at, findings, reached);
  }
  if (outcome === 'sound') return t('The backup of {0} of {1} is sound: {2}.', name, at, reached);
  const unreached = t('{0} of {1} not reached', figure(left), figure(files));
  return t('The backup of {0} of {1} was tested in part: {2}; {3}.', name, at, reached, unreached);
}
