import { createInterface } from 'node:readline/promises';
import { cancelled } from '../core/errors.js';
import { type RestoreResult, restore } from '../core/jobs/restore.js';
import { displayPath, parseUserPath, ROOT } from '../core/paths.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration } from '../core/text.js';
import { LINE_USAGE, lineOptions, openerOf } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const restoreVerb: Verb = {
  usage: `BOARD BACKUP [PATH]… ${STORE_USAGE} [--yes] ${LINE_USAGE}`,
  summary: 'Puts files of a backup back onto a board: the named files and folders, or all',
  options: { ...storeOption, ...lineOptions, yes: { type: 'boolean' } },
  async run(call) {
    const [url = '', reference = '', ...names] = takeArguments(call, 2, Number.POSITIVE_INFINITY);
    const store = await storeOf(call);
    const backup = await store.find(reference);
    const paths = names.length > 0 ? names.map(parseUserPath) : [ROOT];
    if (!call.flag('yes')) await confirm(backup, url, names);
    const result = await restore(call.context, { url, open: openerOf(call) }, store, {
      backup,
      paths,
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

async function confirm(backup: BackupSummary, url: string, names: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('A restore writes to the board: say --yes to allow it.');
  const what = names.length > 0 ? names.map(displayPath).join(', ') : count(backup.files, 'file');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `Restore ${what} (of ${bytes(backup.bytes)}) from ${backup.createdAt} to ${url}? [y/N] `,
  );
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw cancelled();
}
