import { cancelled, describeCauses, isBackupError, messageOf } from '../core/errors.js';
import { cautionsAfter } from '../core/jobs/cautions.js';
import { resumedSentence } from '../core/jobs/cutOff.js';
import type { Progress } from '../core/jobs/job.js';
import { pruneAfterBackup, prunedSentences } from '../core/jobs/pruneAfter.js';
import { askedOf, runDue, type ScheduledOutcome } from '../core/jobs/scheduled.js';
import { describeOutlook } from '../core/jobs/scheduleText.js';
import { storeNotFound } from '../core/jobs/verify.js';
import { displayPath } from '../core/paths.js';
import { outlooks, type SetOutlook } from '../core/plan/dueRuns.js';
import type { RetentionPolicy } from '../core/plan/retentionPolicy.js';
import type { Store } from '../core/store/store.js';
import { bytes, count, localTime } from '../core/text.js';
import { cautionLines } from './afterBackup.js';
import { copyWhatWaits } from './copyAfter.js';
import { addressOf, LINE_USAGE, lineOptions } from './lineOptions.js';
import { type Rules, rulesOf } from './rulesFile.js';
import { type StoredBoard, storedBoards } from './storedBoards.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, type ExitCode, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

/** Nobody has seen when a board that is there was plugged in. */
const SINCE_EVER = 0;

export const scheduleVerb: Verb = {
  usage: `run|list ${STORE_USAGE} [--rules FILE] [--board BOARD[=PORT]]… [--interrupt] ${LINE_USAGE}`,
  summary: 'Take the backups that are due on a schedule, or list what is due when',
  options: {
    ...storeOption,
    rules: { type: 'string', value: 'FILE', about: 'file with the schedules, in JSON (default: once a day at noon)' },
    board: {
      type: 'string',
      value: 'BOARD[=PORT]',
      multiple: true,
      about: 'only this board, by its name or id, with its port if that cannot be found out; may be repeated',
    },
    interrupt: {
      type: 'boolean',
      about: 'stop a running program; without this, a board whose program runs is left alone',
    },
    ...lineOptions,
  },
  details: `run takes the backups that are due now on the connected boards, and exits. Call it every few minutes, from cron or
a systemd timer. What was missed is made up for once. A board gets scheduled backups after its first backup. A backup
is put off while a program runs on the board, its port is in use, or it is not connected. At the end, run copies what waits
to the second place.

list shows what is due when.

FILE has VS Code's settings under their short names:

  {
    "schedule": { "daily": "12:00", "weekly": "sunday 12:00", "monthly": "1 12:00", "quick": 30 },
    "boardSchedules": { "greenhouse": { "daily": null } },
    "backupSets": { "code": { "include": ["*.py"], "schedule": { "daily": "18:00" } } },
    "include": [], "exclude": ["*.log"], "fullAfter": 30,
    "retention": { "daily": 7 }, "pruneAfterBackup": true,
    "secondPlaceCopies": "afterBackup", "rclonePath": "/usr/bin/rclone"
  }

null turns a rule off. "connect" and "session" work only in VS Code, which sees boards come and go. What "retention" does
not keep goes to the trash after each backup, unless "pruneAfterBackup" is false. If "secondPlaceCopies" is "never", nothing
is copied to the second place.

Exit codes of run: 0 everything due was done or put off, 1 a backup failed.`,
  async run(call) {
    const [what] = takeArguments(call, 1);
    if (what === 'run') return run(call);
    if (what === 'list') return list(call);
    throw new UsageError(`There is no \`mpbackup schedule ${what}\`. Use run or list.`);
  },
};

interface Ran {
  board: StoredBoard;
  outcome: ScheduledOutcome;
}

async function run(call: Call): Promise<ExitCode> {
  const rules = await rulesOf(call);
  const store = await storeOf(call);
  if (!(await store.exists())) throw storeNotFound(store.root, 'nothing can be due');
  const boards = await storedBoards(call, store, call.texts('board'));
  const ended = await Promise.allSettled(boards.map((board) => runOn(call, store, board, rules)));
  if (call.context.signal?.aborted) throw cancelled();
  const broken = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
  if (broken.length > 0 && broken.length === ended.length) throw broken[0];
  for (const error of broken) call.output.note(messageOf(error));
  const all = ended.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const sumOf = (state: ScheduledOutcome['state']) => all.filter(({ outcome }) => outcome.state === state).length;
  const sum = { done: sumOf('done'), putOff: sumOf('putOff'), failed: sumOf('failed') + broken.length };
  const taken = all.flatMap(({ outcome }) => (outcome.state === 'done' ? [outcome.result] : []));
  const warnings = cautionLines(await cautionsAfter(call.context, store, taken), store);
  const copies = await copyWhatWaits(call, store, rules);
  for (const note of [...warnings, ...copies.notes]) call.output.note(note);
  const lines = all.length === 0 ? ['Nothing is due.'] : all.flatMap(linesOf);
  call.output.result(
    {
      ok: sum.failed === 0,
      ...sum,
      runs: all.map(fieldsOf),
      ...(warnings.length > 0 && { warnings }),
      ...copies.fields,
    },
    [...lines, ...copies.done].join('\n'),
  );
  return sum.failed > 0 ? 1 : 0;
}

async function runOn(
  call: Call,
  store: Store,
  { id, name, url }: StoredBoard,
  { config, usualScope, fullAfter, policy }: Rules,
): Promise<Ran[]> {
  if (url === undefined) return [];
  const output = call.output.ofBoard(url);
  const address = { ...addressOf(call, url), programs: call.flag('interrupt') ? 'interrupt' : 'spare' } as const;
  const outcomes = await runDue(
    { ...call.context, onProgress: (progress: Progress) => output.progress(progress) },
    store,
    { id, name, address, connectedAt: SINCE_EVER },
    config,
    { usualScope, fullAfter, ...(policy && { afterBackup: (boardId) => prune(call, store, policy, boardId) }) },
  );
  for (const outcome of outcomes) {
    if (outcome.state !== 'failed') continue;
    call.context.env.log.error(`${url}: ${describeCauses(outcome.error)}`);
    const hint = isBackupError(outcome.error) ? outcome.error.hint : undefined;
    output.note([messageOf(outcome.error), hint].filter(Boolean).join(' '));
  }
  return outcomes.map((outcome) => ({ board: { id, name, url }, outcome }));
}

async function prune({ context, output }: Call, store: Store, policy: RetentionPolicy, boardId: string): Promise<void> {
  const pruned = await pruneAfterBackup(context, store, policy, boardId);
  for (const sentence of prunedSentences(pruned?.removed.length ?? 0)) output.note(sentence);
  if (pruned?.warning !== undefined) output.note(displayPath(pruned.warning));
}

function fieldsOf({ board, outcome }: Ran): Record<string, unknown> {
  const { run, state } = outcome;
  const { id, name, url } = board;
  return {
    board: { id, name },
    url,
    state,
    ...run,
    ...(outcome.state === 'done' ? doneFields(outcome.result) : failureFields(outcome.error)),
  };
}

function doneFields(result: Extract<ScheduledOutcome, { state: 'done' }>['result']): Record<string, unknown> {
  const { backup, read, unchanged, errors, warnings, seconds } = result;
  const { id, archive, kind, files } = backup;
  return { backup: { id, archive, kind, files, read }, unchanged, errors, warnings, seconds };
}

function failureFields(error: unknown): Record<string, unknown> {
  const code = isBackupError(error) ? error.code : 'unexpected';
  return { code, message: messageOf(error), hint: isBackupError(error) ? error.hint : undefined };
}

function linesOf({ board, outcome }: Ran): string[] {
  const { set, origin, missed } = outcome.run;
  const what = `${displayPath(board.name)}${set === null ? '' : ` (${set})`}, ${origin}`;
  if (outcome.state === 'putOff') return [`${what}: put off. ${displayPath(messageOf(outcome.error))}`];
  // What has failed is told where failures are told.
  if (outcome.state === 'failed') return [`${what}: failed.`];
  const { backup, unchanged, resumed, errors } = outcome.result;
  const lost = errors.length > 0 ? ` ${count(errors.length, 'file')} could not be read.` : '';
  const more = missed > 0 ? ` ${missedSentence(missed)}` : '';
  const cut = resumed > 0 ? ` ${resumedSentence(resumed, backup.files)}` : '';
  return unchanged
    ? [`${what}: nothing has changed since ${localTime(backup.createdAt)}.${more}`]
    : [`${what}: backed up, ${count(backup.files, 'file')}, ${bytes(backup.bytes)}.${lost}${cut}${more}`];
}

function missedSentence(missed: number): string {
  return missed === 1 ? 'One earlier backup was missed.' : `${missed} earlier backups were missed.`;
}

async function list(call: Call): Promise<ExitCode> {
  const { config } = await rulesOf(call);
  const store = await storeOf(call);
  const boards = await storedBoards(call, store, call.texts('board'));
  const rows: Array<{ board: StoredBoard; sets: SetOutlook[] }> = [];
  for (const board of boards) {
    const connected = board.url === undefined ? {} : { connectedAt: SINCE_EVER };
    const asked = await askedOf(call.context, store, { ...board, ...connected }, config);
    rows.push({ board, sets: outlooks(asked) });
  }
  const text = rows.flatMap(({ board, sets }) => [
    [displayPath(board.name), board.url ?? 'not connected'].join('  '),
    ...sets.map((outlook) => `  ${describeOutlook(outlook, board.url !== undefined)}`),
  ]);
  call.output.result(
    {
      boards: rows.map(({ board, sets }) => ({
        ...board,
        url: board.url ?? null,
        sets: sets.map((each) => outlookFields(each, board)),
      })),
    },
    text.length === 0
      ? 'No board has been backed up yet. Scheduled backups begin after the first one.'
      : text.join('\n'),
  );
  return 0;
}

function outlookFields(
  { plan, lastAt, owed, waitsUntil, next }: SetOutlook,
  { url }: StoredBoard,
): Record<string, unknown> {
  return {
    set: plan.set,
    schedule: plan.schedule,
    last: lastAt === undefined ? null : isoOf(lastAt),
    due: owed ? { origin: owed.origin, serves: owed.serves, missed: owed.missed } : null,
    ...(owed && url === undefined && { waits: 'away' }),
    ...(owed && url !== undefined && waitsUntil !== undefined && { waits: 'failed', until: isoOf(waitsUntil) }),
    next: next ? { rule: next.rule, at: isoOf(next.at) } : null,
  };
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
