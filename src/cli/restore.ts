import { cancelled } from '../core/errors.js';
import { type RestoreResult, restore } from '../core/jobs/restore.js';
import { displayPath, parseUserPath, ROOT } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration } from '../core/text.js';
import { ask } from './ask.js';
import { LINE_USAGE, lineOptions, openerOf } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const restoreVerb: Verb = {
  usage: `BOARD BACKUP [PATH]… ${STORE_USAGE} [--yes] [--other-board] ${LINE_USAGE}`,
  summary: 'Puts files of a backup back onto a board: the named files and folders, or all',
  options: { ...storeOption, ...lineOptions, yes: { type: 'boolean' }, 'other-board': { type: 'boolean' } },
  async run(call) {
    const [url = '', reference = '', ...names] = takeArguments(call, 2, Number.POSITIVE_INFINITY);
    if (!call.flag('yes') && !process.stdin.isTTY) {
      throw new UsageError('A restore writes to the board: say --yes to allow it.');
    }
    const store = await storeOf(call);
    const paths = names.length > 0 ? names.map(parseUserPath) : [ROOT];
    const choose = async (boardId?: string): Promise<BackupSummary> => {
      const backup = await store.find(reference, boardId);
      await confirm(call, backup, url, names);
      return backup;
    };
    const result = await restore(call.context, { url, open: openerOf(call) }, store, {
      // The latest is the latest of the board that is there, which is known once it is connected.
      backup: reference === 'latest' ? (board) => choose(board.id) : await choose(),
      paths,
      allowOtherBoard: call.flag('other-board'),
    });
    const { restored, unchanged, safety, verified, wire, seconds } = result;
    call.output.result(
      {
        ...{ restored: restored.length, unchanged: unchanged.length, skipped: [], deleted: 0, verified },
        ...(safety && { safety: { id: safety.id, archive: safety.archive } }),
        ...{ wire, seconds },
      },
      textOf(result, url),
    );
    return 0;
  },
};

function textOf({ restored, unchanged, safety, seconds }: RestoreResult, url: string): string {
  const same =
    unchanged.length > 0
      ? `${count(unchanged.length, 'file')} ${unchanged.length === 1 ? 'was' : 'were'} as in the backup already.`
      : '';
  if (restored.length === 0) return same || 'There was nothing to restore.';
  const lines = [
    `Restored ${count(restored.length, 'file')} to ${url} in ${duration(seconds)}, verified on the board.`,
  ];
  if (same) lines.push(same);
  if (safety) lines.push(`What was replaced is in the backup ${safety.id.slice(0, 8)}.`);
  return lines.join('\n');
}

async function confirm(call: Call, backup: BackupSummary, url: string, names: readonly string[]): Promise<void> {
  if (call.flag('yes')) return;
  const what = names.length > 0 ? names.map(displayPath).join(', ') : count(backup.files, 'file');
  const from = `the backup of ${displayPath(backup.board.name)}, ${backup.createdAt}`;
  const question = `Restore ${what} (of ${bytes(backup.bytes)}) from ${from}, to ${url}? [y/N] `;
  const answer = await ask(question, { input: process.stdin, output: process.stderr }, call.context.signal);
  if (!/^y(es)?$/i.test(answer.trim())) throw cancelled();
}
