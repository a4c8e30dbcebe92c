import { listPorts } from '../core/board/ports.js';
import { DEFAULT_EXCLUDE, MEGABYTE, USUAL_FREE_SPACE_WARNING, USUAL_FULL_AFTER } from '../core/defaults.js';
import { BackupError, cancelled, describeCauses, isBackupError } from '../core/errors.js';
import { type BackupOptions, type BackupResult, backup } from '../core/jobs/backup.js';
import { type BoardOutcome, headlineOfBoards, outcomeOf, sumOfBoards } from '../core/jobs/backupAll.js';
import { resumedSentence } from '../core/jobs/cutOff.js';
import type { BoardAddress, Progress } from '../core/jobs/job.js';
import { sentencesOnProgram } from '../core/jobs/programText.js';
import { displayPath, ROOT } from '../core/paths.js';
import { bytes, count, duration, figure, localTime } from '../core/text.js';
import { type Afterwards, afterwardsOf, NOTHING, type Order, setInOrder } from './afterBackup.js';
import { addressOf, boardUrl, LINE_USAGE, lineOptions } from './lineOptions.js';
import { metadataOf, metadataOption } from './metadataOption.js';
import type { BoardOutput } from './output.js';
import { POLICY_USAGE, policyOptions } from './policyOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, type ExitCode, PUT_OFF, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

/** Safety backups are taken by a restore alone. */
const ORIGINS = ['manual', 'quick', 'connect', 'session', 'daily', 'weekly', 'monthly'] as const;

/** Far more than any path of a board needs. */
const LONGEST_PATTERN = 10_000;

export const backupVerb: Verb = {
  usage: `BOARD|--all ${STORE_USAGE} [--set NAME] [--kind full|incremental|differential] [--full-after N] [--origin ORIGIN] [--record-unchanged] [--include PATTERN]… [--exclude PATTERN]… [--label TEXT] [--meta KEY=VALUE]… [--if-idle] [--warn-below MB] [--prune] ${POLICY_USAGE} ${LINE_USAGE}`,
  summary: 'Back up a board',
  options: {
    ...storeOption,
    ...lineOptions,
    all: {
      type: 'boolean',
      about: 'back up all boards that `mpbackup boards` lists, and any others that are named, at the same time',
    },
    set: {
      type: 'string',
      value: 'NAME',
      about:
        'backup set that the backup belongs to, such as code: it builds on the last backup of that set, and prune counts it separately',
    },
    kind: {
      type: 'string',
      value: 'full|incremental|differential',
      about:
        'full reads and stores every file, incremental what changed since the last backup, differential what changed since the last full one (default: incremental, and full when one is due)',
    },
    'full-after': {
      type: 'string',
      value: 'N',
      about: `without --kind: how many backups follow a full one before the next full one (default: ${USUAL_FULL_AFTER})`,
    },
    origin: {
      type: 'string',
      value: 'ORIGIN',
      about: `occasion of the backup, by which prune counts: ${ORIGINS.join(', ')} (default: manual)`,
    },
    'record-unchanged': {
      type: 'boolean',
      about: 'record a backup even if nothing has changed since the last one',
    },
    include: { type: 'string', value: 'PATTERN', multiple: true, about: 'back up only what matches; may be repeated' },
    exclude: {
      type: 'string',
      value: 'PATTERN',
      multiple: true,
      about: 'leave out what matches, even if --include matches it too; may be repeated',
    },
    label: {
      type: 'string',
      value: 'TEXT',
      about: 'label that list and show print; a backup with a label is always recorded',
    },
    ...metadataOption,
    'if-idle': {
      type: 'boolean',
      about: 'back up only if no program runs on the board; otherwise leave it alone and exit with 4',
    },
    'warn-below': {
      type: 'string',
      value: 'MB',
      about: `warn if fewer megabytes than this are free on the disk of the backups, 0 for never (default: ${USUAL_FREE_SPACE_WARNING / MEGABYTE})`,
    },
    prune: {
      type: 'boolean',
      about:
        'afterwards, move to the trash the backups of the board that these options do not keep, as `mpbackup prune` does:',
    },
    ...policyOptions,
  },
  details: `A pattern without a slash matches a name in any folder (*.log); one with a slash matches a path from the top of
the board (data/*.csv, /main.py). A pattern that matches a folder covers everything in it. * and ? stand for
characters of one name, ** for folders, {a,b} for either. Quote patterns, so that the shell does not expand them.

With --all, a board that fails does not affect the others. The exit code is then 0 if all boards were backed up, 3 if
some boards or files were not, and 1 if none was (4 if --if-idle is given and a program runs on each). With --json,
each object has the url of its board; there is one result for each board, and the last one is the total.`,
  async run(call) {
    const options = optionsOf(call);
    const afterwards = afterwardsOf(call);
    if (call.flag('all')) return backupAllBoards(call, options, afterwards);
    const [url = ''] = takeArguments(call, 1);
    const store = await storeOf(call);
    const result = await backup(call.context, addressToBackUp(call, url), store, options);
    tell(call.output, result, await setInOrder(call, store, afterwards, [result]));
    return result.errors.length > 0 ? 3 : 0;
  },
};

/** Boards that no list has can be named besides. */
async function backupAllBoards(call: Call, options: BackupOptions, afterwards: Afterwards): Promise<ExitCode> {
  const named = takeArguments(call, 0, Number.POSITIVE_INFINITY).map(boardUrl);
  const { ports, trouble } = await listPorts([], call.simulatedBoards);
  if (trouble) call.output.note([trouble.message, trouble.hint].filter(Boolean).join(' '));
  const urls = new Set([...ports.map(({ url }) => url), ...named]);
  if (urls.size === 0) throw noBoard();
  const jobs = [...urls].map((url) => ({
    name: url,
    url,
    address: addressToBackUp(call, url),
    output: call.output.ofBoard(url),
  }));
  const store = await storeOf(call);
  const outcomes = await Promise.all(
    jobs.map(async (board) => {
      const { output, address } = board;
      const context = { ...call.context, onProgress: (progress: Progress) => output.progress(progress) };
      const outcome = await outcomeOf(board, () => backup(context, address, store, options));
      if ('result' in outcome) tell(output, outcome.result);
      else {
        call.context.env.log.error(`${board.url}: ${describeCauses(outcome.error)}`);
        output.failure(outcome.error);
      }
      return outcome;
    }),
  );
  const sum = sumOfBoards(outcomes);
  if (sum.cancelled > 0) throw cancelled();
  const code = sum.backedUp === 0 ? codeOfNone(outcomes) : sum.failed + sum.partly > 0 ? 3 : 0;
  const results = outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : []));
  const order = await setInOrder(call, store, afterwards, results);
  for (const note of order.notes) call.output.note(note);
  call.output.result(
    { ok: code === 0, ...sum, ...(order.warnings.length > 0 && { warnings: order.warnings }), ...order.fields },
    [headlineOfBoards(outcomes), ...order.done].join(' '),
  );
  return code;
}

/** If no board was backed up. */
function codeOfNone(outcomes: readonly BoardOutcome[]): ExitCode {
  const arePutOff = outcomes.every((outcome) => 'error' in outcome && isBackupError(outcome.error, 'program-running'));
  return arePutOff ? PUT_OFF : 1;
}

function addressToBackUp(call: Call, url: string): BoardAddress {
  const address = addressOf(call, url);
  if (!call.flag('if-idle')) return address;
  if (address.mayRestart)
    throw new UsageError(
      '--if-idle leaves a running program alone, and --restart-board does not: give only one of them.',
    );
  return { ...address, programs: 'spare' };
}

function noBoard(): BackupError {
  return new BackupError('port-not-found', 'No board was found.', {
    hint: 'Plug one in with a data cable, or name its port. `mpbackup simulate demo` adds a simulated board to try things out.',
  });
}

/** @param order what was done afterwards */
function tell(output: BoardOutput, result: BackupResult, { fields, notes, warnings, done }: Order = NOTHING): void {
  for (const error of result.errors)
    output.note(`Not backed up: ${displayPath(error.path)}. ${displayPath(error.message)}`);
  const { reason } = result;
  for (const warning of [...(reason ? [reason] : []), ...result.warnings, ...result.limits])
    output.note(displayPath(warning));
  for (const note of notes) output.note(note);
  const all = { ...result, warnings: [...result.warnings, ...warnings] };
  output.result({ ...fieldsOf(all), ...fields }, [textOf(result), ...done].join('\n'));
}

function optionsOf(call: Call): BackupOptions {
  const set = call.text('set');
  const label = call.text('label');
  const metadata = metadataOf(call);
  return {
    kind: kindOf(call.text('kind')),
    fullAfter: fullAfterOf(call.text('full-after')),
    origin: originOf(call.text('origin')),
    recordUnchanged: call.flag('record-unchanged'),
    scope: {
      root: ROOT,
      include: patternsOf(call, 'include'),
      exclude: [...DEFAULT_EXCLUDE, ...patternsOf(call, 'exclude')],
    },
    ...(set !== undefined && { set }),
    ...(label !== undefined && { label }),
    ...(metadata.length > 0 && { metadata }),
  };
}

function kindOf(text: string | undefined): BackupOptions['kind'] {
  if (text === undefined || text === 'auto') return 'auto';
  if (text === 'full' || text === 'incremental' || text === 'differential') return text;
  throw new UsageError(`--kind must be full, incremental or differential, not ${text}.`);
}

function fullAfterOf(text: string | undefined): number {
  if (text === undefined) return USUAL_FULL_AFTER;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--full-after must be a whole number of at least 1, not ${text}.`);
}

function originOf(text = 'manual'): BackupOptions['origin'] {
  const origin = ORIGINS.find((each) => each === text);
  if (origin) return origin;
  throw new UsageError(`--origin must be one of ${ORIGINS.join(', ')}, not ${text}.`);
}

function patternsOf(call: Call, option: string): string[] {
  const patterns = call.texts(option);
  const long = patterns.find(({ length }) => length > LONGEST_PATTERN);
  if (long === undefined) return patterns;
  const limit = figure(LONGEST_PATTERN);
  throw new UsageError(`A pattern of --${option} has ${count(long.length, 'character')}, and ${limit} is the limit.`);
}

function fieldsOf(result: BackupResult): Record<string, unknown> {
  const { backup, read, resumed, unchanged, errors, warnings, limits, program, wire, seconds } = result;
  const { id, archive, kind, set, files, stored, bytes } = backup;
  return {
    backup: { id, archive, kind, ...(set !== undefined && { set }), files, read, resumed, stored, bytes },
    ...(unchanged && { unchanged }),
    ...(errors.length > 0 && { errors }),
    ...(warnings.length > 0 && { warnings }),
    ...(limits.length > 0 && { limits }),
    ...(result.reason !== undefined && { reason: result.reason }),
    program: program.state,
    ways: result.ways,
    wire,
    seconds,
  };
}

function textOf({ backup, read, resumed, unchanged, program, seconds, wire }: BackupResult): string {
  const traffic = `in ${duration(seconds)}, ${bytes(wire.sent + wire.received)} on the line`;
  const name = displayPath(backup.board.name);
  const done = unchanged
    ? [`Nothing has changed on ${name} since ${localTime(backup.createdAt)} (${traffic}).`]
    : [
        `Backed up ${name}: ${count(backup.files, 'file')}, ${bytes(backup.bytes)}; ${read} read (${traffic}).`,
        ...(resumed > 0 ? [resumedSentence(resumed, backup.files)] : []),
        `${backup.kind} backup ${backup.id.slice(0, 8)}, verified: ${displayPath(backup.archive)}`,
      ];
  return [...done, ...sentencesOnProgram(program)].join('\n');
}
