import { isFile, type ManifestFile } from '../core/archive/manifest.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { type RestoreResult, restore } from '../core/jobs/restore.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../core/paths.js';
import { selectEntries } from '../core/plan/restorePlan.js';
import type { Store } from '../core/store/store.js';
import type { BackupSummary } from '../core/store/summary.js';
import { bytes, count, duration, localTime } from '../core/text.js';
import { consent, refuseSilence } from './consent.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';

/** Names in a question; whoever asks for more knows what it is about. */
const NAMES_SHOWN = 3;

export const restoreVerb: Verb = {
  usage: `BOARD BACKUP [PATH]… ${STORE_USAGE} [--yes] [--other-board] ${LINE_USAGE}`,
  summary: 'Puts files of a backup back onto a board: the named files and folders, or all',
  options: {
    ...storeOption,
    ...lineOptions,
    yes: { type: 'boolean', about: 'writes to the board without asking' },
    'other-board': { type: 'boolean', about: 'allows the backup of one board to go onto another' },
  },
  details: `Without a PATH, everything in the backup is restored. Files of the board that are not in the backup stay.
\`latest\` is the latest backup of the board that is there. What is replaced is backed up first.`,
  async run(call) {
    const [url = '', reference = '', ...names] = takeArguments(call, 2, Number.POSITIVE_INFINITY);
    refuseSilence(call, 'A restore writes to the board');
    const store = await storeOf(call);
    const paths = names.length > 0 ? names.map(parseUserPath) : [ROOT];
    const choose = async (boardId?: string): Promise<BackupSummary> => {
      const backup = await store.find(reference, boardId);
      await confirm(call, store, backup, paths, url);
      return backup;
    };
    const result = await restore(call.context, addressOf(call, url), store, {
      // The latest is the latest of the board that is there, which is known once it is connected.
      backup: reference === 'latest' ? (board) => choose(board.id) : await choose(),
      paths,
      allowOtherBoard: call.flag('other-board'),
    });
    const { restored, unchanged, left, safety, mode, limits, verified, program, ways, wire, seconds } = result;
    for (const limit of limits) call.output.note(limit);
    call.output.result(
      {
        ...{
          restored: restored.length,
          unchanged: unchanged.length,
          skipped: [],
          left: left.length,
          deleted: 0,
          verified,
          mode,
        },
        ...(safety && { safety: { id: safety.id, archive: safety.archive } }),
        ...(limits.length > 0 && { limits }),
        program: program.state,
        ...{ ways, wire, seconds },
      },
      textOf(result, url),
    );
    return 0;
  },
};

function textOf({ restored, unchanged, left, safety, program, seconds }: RestoreResult, url: string): string {
  const same =
    unchanged.length > 0
      ? `${count(unchanged.length, 'file')} ${unchanged.length === 1 ? 'was' : 'were'} as in the backup already.`
      : '';
  const lines: string[] = [];
  if (restored.length > 0) {
    const files = count(restored.length, 'file');
    lines.push(`Restored ${files} to ${displayPath(url)} in ${duration(seconds)}, verified on the board.`);
  } else if (!same) lines.push('There was nothing to restore.');
  if (same) lines.push(same);
  if (safety) lines.push(`What was replaced is in the backup ${safety.id.slice(0, 8)}.`);
  if (left.length > 0) {
    lines.push(
      `${count(left.length, 'file')} on the board ${left.length === 1 ? 'is' : 'are'} not in the backup, and stayed.`,
    );
  }
  return [...lines, ...sentencesOnProgram(program)].join('\n');
}

/** Asks, unless `--yes` answers. What the backup does not have is refused by the job, which says so better than a question. */
async function confirm(
  call: Call,
  store: Store,
  backup: BackupSummary,
  paths: readonly BoardPath[],
  url: string,
): Promise<void> {
  if (call.flag('yes')) return;
  const { selected, missing } = selectEntries((await store.readManifest(backup)).entries, paths);
  if (missing.length > 0) return;
  await consent(call, restoreQuestion(backup, selected.filter(isFile), paths, url));
}

/**
 * `Restore main.py (943 B) from demo's backup of 2026-11-21 02:58 to sim:demo?`
 *
 * @param files all that `paths` select
 */
export function restoreQuestion(
  { board, createdAt }: Pick<BackupSummary, 'board' | 'createdAt'>,
  files: readonly ManifestFile[],
  paths: readonly BoardPath[],
  url: string,
): string {
  const size = bytes(files.reduce((sum, file) => sum + file.size, 0));
  const shown = paths.slice(0, NAMES_SHOWN).map(displayPath);
  const names = [...shown, ...(paths.length > NAMES_SHOWN ? [`${paths.length - NAMES_SHOWN} more`] : [])].join(', ');
  const isOneFile = paths.length === 1 && files[0]?.path === paths[0];
  const some = isOneFile ? `${names} (${size})` : `${names} (${count(files.length, 'file')}, ${size})`;
  const what = paths.includes(ROOT) ? `${count(files.length, 'file')} (${size})` : some;
  return `Restore ${what} from ${displayPath(board.name)}'s backup of ${localTime(createdAt)} to ${displayPath(url)}?`;
}
