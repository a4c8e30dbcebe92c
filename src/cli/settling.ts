// `undo` and `finish` differ in where they lead, and in nothing else.

import { sentencesOnProgram } from '../core/jobs/programText.js';
import { isPartial, skippedInWords } from '../core/jobs/restoreOutcome.js';
import type { SettleOptions, SettleResult, undoRestore } from '../core/jobs/settleRestore.js';
import { displayPath } from '../core/paths.js';
import { count, duration, localTime } from '../core/text.js';
import { agreeAtTerminal, CONFLICTS_USAGE, conflictsOf, conflictsOption } from './agreeAtTerminal.js';
import { refuseSilence } from './consent.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export interface Settling {
  summary: string;
  details: string;
  /** `Undid`, `Finished`. */
  done: string;
  /** `Undo`, `Finish`. */
  verb: string;
  settle: typeof undoRestore;
}

export function settlingVerb({ summary, details, done, verb, settle }: Settling): Verb {
  return {
    usage: `BOARD ${STORE_USAGE} [--yes] [--restore ID] ${CONFLICTS_USAGE} ${LINE_USAGE}`,
    summary,
    options: {
      ...storeOption,
      ...lineOptions,
      yes: { type: 'boolean', about: 'write to the board without asking' },
      restore: {
        type: 'string',
        value: 'ID',
        about: 'the restore, as `mpbackup restores` lists it (default: the last one)',
      },
      ...conflictsOption,
    },
    details,
    async run(call) {
      const [url = ''] = takeArguments(call, 1);
      refuseSilence(call, 'This writes to the board');
      const conflicts = conflictsOf(call);
      const store = await storeOf(call);
      const decide = agreeAtTerminal(
        call,
        ({ board }) => `${verb} the restore to ${displayPath(board.name)} as shown?`,
      );
      const id = call.text('restore');
      const options: SettleOptions = {
        ...(id !== undefined && { restore: id }),
        ...(conflicts && { conflicts }),
        ...(decide && { decide }),
      };
      const result = await settle(call.context, addressOf(call, url), store, options);
      for (const limit of result.limits) call.output.note(limit);
      call.output.result(fieldsOf(result), textOf(result, done));
      return isPartial(result) ? 3 : 0;
    },
  };
}

function fieldsOf(result: SettleResult): Record<string, unknown> {
  const { restore, restored, unchanged, deleted, conflicts, safety, mode, limits, verified } = result;
  return {
    restore: restore.id,
    restored: restored.length,
    unchanged: unchanged.length,
    deleted: deleted.length,
    skipped: skippedInWords(result),
    conflicts,
    verified,
    mode,
    ...(safety && { safety: { id: safety.id, archive: safety.archive } }),
    ...(limits.length > 0 && { limits }),
    program: result.program.state,
    ways: result.ways,
    wire: result.wire,
    seconds: result.seconds,
  };
}

function textOf(result: SettleResult, done: string): string {
  const { restore, restored, deleted, unchanged, conflicts, safety, program, seconds } = result;
  const changes = [
    ...(restored.length > 0 ? [`${count(restored.length, 'file')} written and verified on the board`] : []),
    ...(deleted.length > 0 ? [`${count(deleted.length, 'file')} removed`] : []),
    ...(unchanged.length > 0 ? [`${count(unchanged.length, 'file')} already right`] : []),
  ];
  return [
    `${done} the restore of ${localTime(restore.at)} in ${duration(seconds)}: ${changes.join(', ') || 'nothing had to be changed'}.`,
    ...skippedInWords(result).map(({ path, reason }) => `Left out ${displayPath(path)}: ${reason}.`),
    ...conflicts.map(({ path, outcome }) => `${displayPath(path)} was changed since: ${outcome}.`),
    ...(safety ? [`What had been changed since is in the backup ${safety.id.slice(0, 8)}.`] : []),
    ...sentencesOnProgram(program),
  ].join('\n');
}
