import { describeReport, stateWord } from '../core/jobs/restoreText.js';
import { findRestore } from '../core/jobs/settleRestore.js';
import { displayPath } from '../core/paths.js';
import type { RestoreRecord } from '../core/store/restoreRecords.js';
import { count, localTime } from '../core/text.js';
import { STORE_USAGE, storeOption, storeWithoutKey } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

/** Restores that are listed; `--json` has all. */
const SHOWN = 20;

export const restoresVerb: Verb = {
  usage: `[RESTORE] ${STORE_USAGE}`,
  summary: 'List what was restored to boards, or show the report of one restore',
  options: storeOption,
  async run(call) {
    const [id] = takeArguments(call, 0, 1);
    const store = await storeWithoutKey(call);
    const { records: restores, unreadable } = await store.restores();
    if (id !== undefined) {
      const record = findRestore(restores, id);
      call.output.result({ restore: record }, describeReport(record));
      return 0;
    }
    for (const path of unreadable)
      call.output.note(`${displayPath(path)} cannot be read, so it is not known what that restore did.`);
    const lines = restores.slice(0, SHOWN).map(lineOf);
    call.output.result(
      {
        restores: restores.map(({ items, ...record }) => ({ ...record, items: items.length })),
        ...(unreadable.length > 0 && { unreadable }),
      },
      lines.length > 0 ? lines.join('\n') : 'Nothing has been restored yet.',
    );
    return unreadable.length > 0 ? 3 : 0;
  },
};

function lineOf({ id, at, board, state, backup, items }: RestoreRecord): string {
  return [
    id,
    localTime(at),
    displayPath(board.name),
    stateWord(state),
    `backup ${backup.id.slice(0, 8)}`,
    count(items.length, 'path'),
  ].join('  ');
}
