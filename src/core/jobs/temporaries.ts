// The temporary names under which a restore writes files before it renames them.

import { TEMPORARY_NAME, temporaryName } from '../board/boardFiles.js';
import { type BoardPath, childOf, nameOf, parentOf, parseBoardPath } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { RecordedItem } from '../store/restoreRecords.js';
import type { JobContext } from './job.js';

/**
 * @param recorded the items in the record of the restore, if it has one: their names are used again
 * @returns a temporary name for each file that is written, or that is deleted and would be written by an undo
 */
export function temporariesFor(
  { env }: JobContext,
  plan: RestorePlan,
  recorded: readonly RecordedItem[] = [],
): Map<BoardPath, BoardPath> {
  const named = recordedTemporaries(recorded);
  return new Map(
    plan.steps.flatMap(
      (step): Array<[BoardPath, BoardPath]> =>
        step.kind === 'write' || step.kind === 'remove'
          ? [[step.path, named.get(step.path) ?? childOf(parentOf(step.path), temporaryName(env.random(4)))]]
          : [],
    ),
  );
}

/**
 * A restore that is finished or undone uses the recorded names: on FAT, a file has no name of its own for a moment while it is
 * replaced, and only the record says where its content is. A name that is not a temporary one is ignored.
 */
function recordedTemporaries(items: readonly RecordedItem[]): Map<BoardPath, BoardPath> {
  return new Map(
    items.flatMap(({ path, temporary }): Array<[BoardPath, BoardPath]> => {
      if (temporary === undefined) return [];
      const aside = parseBoardPath(temporary);
      return TEMPORARY_NAME.test(nameOf(aside)) && parentOf(aside) === parentOf(path) ? [[path, aside]] : [];
    }),
  );
}
