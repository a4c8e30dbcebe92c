import { DEVICE_FILES, USUAL_MIRROR_LIMIT } from '../core/defaults.js';
import { describeCheckList } from '../core/jobs/checkList.js';
import { SAFETY_CHOICES, type SafetyChoice } from '../core/jobs/performPlan.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { previewRestore, type RestoreOptions, type RestoreResult, restore } from '../core/jobs/restore.js';
import { isPartial, skippedInWords } from '../core/jobs/restoreOutcome.js';
import { changesOf, describePlan, skipSentence, sumsOf } from '../core/jobs/restoreText.js';
import { type BoardPath, displayPath, parseUserPath, ROOT } from '../core/paths.js';
import type { RestorePlan } from '../core/plan/planToward.js';
import type { RestoreItem } from '../core/plan/restoreItem.js';
import type { Mapping } from '../core/plan/restorePlan.js';
import { bytes, count, duration } from '../core/text.js';
import { agreeAtTerminal, CONFLICTS_USAGE, conflictsOf, conflictsOption } from './agreeAtTerminal.js';
import { refuseSilence } from './consent.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, type ExitCode, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

export const restoreVerb: Verb = {
  usage: `BOARD BACKUP [PATH]… ${STORE_USAGE} [--dry-run] [--yes] [--include PATTERN]… [--exclude PATTERN]… [--into DIR] [--map FROM=TO] ${CONFLICTS_USAGE} [--mirror [--max-delete N]] [--safety changed|whole|none] [--other-board [--device-files]] [--plan ID] ${LINE_USAGE}`,
  summary: 'Restore files of a backup to a board: the named files and folders, or all',
  options: {
    ...storeOption,
    ...lineOptions,
    'dry-run': { type: 'boolean', about: 'show what would be done, and write nothing' },
    yes: { type: 'boolean', about: 'write to the board without asking' },
    include: {
      type: 'string',
      multiple: true,
      value: 'PATTERN',
      about: 'restore only what matches, such as `*.py` or `lib/**`; may be repeated',
    },
    exclude: {
      type: 'string',
      multiple: true,
      value: 'PATTERN',
      about: 'leave out what matches; may be repeated',
    },
    into: { type: 'string', value: 'DIR', about: 'put everything below this folder of the board' },
    map: {
      type: 'string',
      value: 'FROM=TO',
      about: 'put what is in the folder FROM of the backup into the folder TO; everything else goes to where it was',
    },
    ...conflictsOption,
    mirror: {
      type: 'boolean',
      about: 'delete what is on the board and not in the backup, within what the backup covers',
    },
    'max-delete': {
      type: 'string',
      value: 'N',
      about: `with --mirror: refuse to delete more files than this (default: ${USUAL_MIRROR_LIMIT})`,
    },
    safety: {
      type: 'string',
      value: SAFETY_CHOICES.join('|'),
      about: 'what to back up first: what changes, the whole board, or nothing (default: changed)',
    },
    'other-board': { type: 'boolean', about: 'allow the backup of one board to be restored to another' },
    'device-files': {
      type: 'boolean',
      about: `with --other-board: also restore files that belong to one board alone (${DEVICE_FILES.join(', ')})`,
    },
    plan: {
      type: 'string',
      value: 'ID',
      about: 'do exactly what a dry run has shown: the id that it printed with --json',
    },
  },
  details: `Without PATH, everything in the backup is restored. Files on the board that are not in the backup stay, unless
--mirror is given. \`latest\` is the latest backup of the connected board. What is replaced or deleted is backed up first;
\`mpbackup undo BOARD\` undoes the restore.

In the plan, + is new, ~ is replaced, - is deleted, ! is a conflict (a file whose content on the board is in no backup), and x
cannot be done.

Exit codes: 0 done, 1 failed or (with --dry-run) not possible, 3 some files could not be restored.`,
  async run(call) {
    const [url = '', reference = '', ...names] = takeArguments(call, 2, Number.POSITIVE_INFINITY);
    const isDry = call.flag('dry-run');
    if (!isDry) refuseSilence(call, 'A restore writes to the board');
    const options = optionsOf(call, names.length > 0 ? names.map(parseUserPath) : [ROOT]);
    const store = await storeOf(call);
    const address = addressOf(call, url);
    // The latest is the latest of the board that is there, which is known once it is connected.
    const backup: RestoreOptions['backup'] =
      reference === 'latest' ? (board) => store.find(reference, board.id) : await store.find(reference);
    if (isDry) return tellPlan(call, await previewRestore(call.context, address, store, { ...options, backup }));

    const decide = agreeAtTerminal(call, ({ board }, plan) => restoreQuestion(plan, board.name, address.url));
    const result = await restore(call.context, address, store, { ...options, backup, ...(decide && { decide }) });
    // Whoever was asked has read them.
    if (!decide) for (const warning of result.warnings) call.output.note(warning);
    for (const limit of result.limits) call.output.note(limit);
    call.output.result(fieldsOf(result), textOf(result, url));
    return isPartial(result) ? 3 : 0;
  },
};

/** `Restore 3 files (12 kB) and delete 1 file on demo, sim:demo?` */
export function restoreQuestion(plan: Pick<RestorePlan, 'steps'>, board: string, url: string): string {
  const { files, bytes: size, deleted } = changesOf(plan);
  const where = board === url ? displayPath(url) : `${displayPath(board)}, ${displayPath(url)}`;
  const deletes = count(deleted, 'file');
  if (files === 0) return `${deleted > 0 ? `Delete ${deletes}` : 'Change folders'} on ${where}?`;
  return `Restore ${count(files, 'file')} (${bytes(size)})${deleted > 0 ? ` and delete ${deletes}` : ''} on ${where}?`;
}

function optionsOf(call: Call, paths: readonly BoardPath[]): Omit<RestoreOptions, 'backup' | 'decide'> {
  const mapping = mappingOf(call);
  const most = mostOf(call);
  const conflicts = conflictsOf(call);
  const id = call.text('plan');
  return {
    paths,
    include: call.texts('include'),
    exclude: call.texts('exclude'),
    ...(mapping && { mapping }),
    ...(conflicts && { conflicts }),
    ...(most !== undefined && { mirror: { most } }),
    ...(id !== undefined && { planId: id }),
    safety: safetyOf(call.text('safety')),
    allowOtherBoard: call.flag('other-board'),
    deviceFiles: call.flag('device-files') ? [] : DEVICE_FILES,
  };
}

function mappingOf(call: Call): Mapping | undefined {
  const [into, map] = [call.text('into'), call.text('map')];
  if (into !== undefined && map !== undefined) throw new UsageError('--into and --map cannot be combined.');
  if (into !== undefined) return { from: ROOT, to: parseUserPath(into) };
  if (map === undefined) return undefined;
  const [, from, to] = /^([^=]*)=([^=]*)$/.exec(map) ?? [];
  if (from === undefined || to === undefined)
    throw new UsageError(`--map must be FROM=TO, such as lib=old/lib, not ${map}.`);
  return { from: parseUserPath(from), to: parseUserPath(to) };
}

function mostOf(call: Call): number | undefined {
  const text = call.text('max-delete');
  if (!call.flag('mirror')) {
    if (text !== undefined) throw new UsageError('--max-delete can be used only with --mirror.');
    return undefined;
  }
  if (text === undefined) return USUAL_MIRROR_LIMIT;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--max-delete must be a whole number, not ${text}.`);
}

function safetyOf(text = 'changed'): SafetyChoice {
  const found = SAFETY_CHOICES.find((choice) => choice === text);
  if (found) return found;
  throw new UsageError(`--safety must be one of ${SAFETY_CHOICES.join(', ')}, not ${text}.`);
}

type Preview = Awaited<ReturnType<typeof previewRestore>>;

function tellPlan(call: Call, { plan, planId, warnings, included, board, backup }: Preview): ExitCode {
  const { mode, space, problems } = plan;
  for (const warning of warnings) call.output.note(warning);
  call.output.result(
    {
      dryRun: true,
      plan: planId,
      board: { id: board.id, name: board.name },
      backup: backup.id,
      mode,
      files: sumsOf(plan),
      bytes: changesOf(plan).bytes,
      space: space.map((each) => ({ ...each, mount: `/${each.mount}` })),
      items: plan.items.map(itemFields),
      warnings,
      included,
      problems,
    },
    [describePlan(plan), included, ...problems.map(({ message, hint }) => `${message} ${hint}`)].join('\n'),
  );
  return problems.length > 0 ? 1 : 0;
}

function itemFields({ path, type, action, wanted, present, settled, beside, skip, reason }: RestoreItem) {
  return {
    path,
    type,
    action,
    ...(wanted !== null && wanted !== 'folder' && { size: wanted.size, sha256: wanted.sha256, from: wanted.from }),
    ...(present !== null && present !== 'folder' && { onBoard: present }),
    ...(settled && { settled }),
    ...(beside !== undefined && { beside }),
    ...(skip && { reason: skipSentence(skip) }),
    ...(reason !== undefined && { reason }),
  };
}

function fieldsOf(result: RestoreResult): Record<string, unknown> {
  const { restored, unchanged, left, deleted, conflicts, safety, mode, limits, warnings } = result;
  return {
    restored: restored.length,
    unchanged: unchanged.length,
    skipped: skippedInWords(result),
    conflicts,
    left: left.length,
    deleted: deleted.length,
    verified: result.verified,
    mode,
    ...(safety && { safety: { id: safety.id, archive: safety.archive } }),
    ...(result.record !== undefined && { restore: result.record }),
    ...(limits.length > 0 && { limits }),
    ...(warnings.length > 0 && { warnings }),
    program: result.program.state,
    ways: result.ways,
    wire: result.wire,
    seconds: result.seconds,
  };
}

function textOf(result: RestoreResult, url: string): string {
  const { restored, unchanged, deleted, left, conflicts, safety, program, seconds } = result;
  const same =
    unchanged.length > 0
      ? `${count(unchanged.length, 'file')} ${unchanged.length === 1 ? 'was' : 'were'} already as in the backup.`
      : '';
  const lines: string[] = [];
  if (restored.length > 0) {
    const files = count(restored.length, 'file');
    lines.push(`Restored ${files} to ${displayPath(url)} in ${duration(seconds)}, verified on the board.`);
  } else if (!same && deleted.length === 0) lines.push('There was nothing to restore.');
  if (same) lines.push(same);
  if (deleted.length > 0) lines.push(`Deleted ${count(deleted.length, 'file')} that the backup does not have.`);
  for (const { path, outcome } of conflicts) lines.push(`${displayPath(path)} was in no backup: ${outcome}.`);
  for (const { path, reason } of skippedInWords(result)) lines.push(`Left out ${displayPath(path)}: ${reason}.`);
  if (safety) lines.push(`What was replaced is in the backup ${safety.id.slice(0, 8)}.`);
  if (left.length > 0) {
    lines.push(
      `${count(left.length, 'file')} on the board ${left.length === 1 ? 'is' : 'are'} not in the backup, and stayed.`,
    );
  }
  const isOther = result.board.id !== result.backup.board.id;
  return [...lines, ...sentencesOnProgram(program), ...(isOther ? ['', describeCheckList(result)] : [])].join('\n');
}
