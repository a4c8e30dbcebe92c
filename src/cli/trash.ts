import { emptyTrash } from '../core/jobs/emptyTrash.js';
import { damagedStay, remainsInTrash } from '../core/jobs/trashRemains.js';
import { bytes, count, localTime } from '../core/text.js';
import { backupFields, backupLine } from './backupText.js';
import { consent, refuseSilence, YES_USAGE, yesOption } from './consent.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, type ExitCode, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

const DAY_MS = 24 * 60 * 60 * 1000;

export const trashVerb: Verb = {
  usage: `${STORE_USAGE} [--empty [--older-than DAYS] [--damaged] ${YES_USAGE}]`,
  summary: 'List deleted backups, or remove them for good',
  options: {
    ...storeOption,
    ...yesOption,
    empty: { type: 'boolean', about: 'remove what is in the trash for good' },
    'older-than': {
      type: 'string',
      value: 'DAYS',
      about: 'with --empty: only what was deleted at least this many days ago',
    },
    damaged: {
      type: 'boolean',
      about:
        'with --empty: also archives that are too damaged to tell what is in them, unless a backup is missing files',
    },
  },
  async run(call) {
    takeArguments(call, 0);
    if (call.flag('empty')) return empty(call);
    if (call.text('older-than') !== undefined) throw new UsageError('--older-than can be used only with --empty.');
    if (call.flag('damaged')) throw new UsageError('--damaged can be used only with --empty.');
    const store = await storeOf(call);
    const backups = await store.trash();
    const remains = await remainsInTrash(call.context, store);
    const { trashed } = await store.holdings();
    const size = trashed.reduce((sum, holding) => sum + holding.size, 0);
    const lines = backups.map((backup) =>
      [backupLine(backup), ...(backup.deletedAt ? [`deleted ${localTime(backup.deletedAt)}`] : [])].join('  '),
    );
    const rows = backups.map((backup) => ({ ...backupFields(backup), deletedAt: backup.deletedAt ?? null }));
    const replaced = trashed.length - backups.length;
    const older =
      replaced === 1 ? '1 of them is an older version of another' : `${replaced} of them are older versions of others`;
    const rest = replaced > 0 ? `; ${older}` : '';
    const sum =
      trashed.length === 0
        ? remains.length > 0
          ? 'There is no deleted backup in the trash.'
          : 'The trash is empty.'
        : `${count(trashed.length, 'archive')} in the trash, ${bytes(size)}${rest}.`;
    const damaged = remains.length;
    if (damaged > 0) call.output.note(leftSentence(damaged));
    call.output.result({ trash: rows, archives: trashed.length, bytes: size, damaged }, [...lines, sum].join('\n'));
    return 0;
  },
};

async function empty(call: Call): Promise<ExitCode> {
  refuseSilence(call, 'This removes deleted backups for good');
  const days = daysOf(call.text('older-than'));
  const store = await storeOf(call);
  const damaged = call.flag('damaged');
  await consent(call, `Remove what is in the trash for good${damaged ? ', damaged archives too' : ''}?`);
  const before = days === undefined ? undefined : call.context.env.clock.now() - days * DAY_MS;
  const result = await emptyTrash(call.context, store, { before, damaged });
  const { archives, bytes: size, left, lacking } = result;
  if (lacking !== undefined) call.output.note(damagedStay(left, lacking));
  else if (left > 0 && !damaged) call.output.note(leftSentence(left));
  call.output.result(
    { ok: lacking === undefined, ...result },
    archives === 0 ? 'There was nothing to remove.' : `Removed ${count(archives, 'archive')} for good, ${bytes(size)}.`,
  );
  return lacking === undefined ? 0 : 3;
}

function leftSentence(archives: number): string {
  const [are, them] = archives === 1 ? ['is', 'it'] : ['are', 'them'];
  return `${count(archives, 'archive')} in the trash ${are} too damaged to tell what is in ${them}: \`mpbackup trash --empty --damaged\` removes ${them} as well.`;
}

function daysOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = Number(text);
  if (days >= 0 && days <= 100_000) return days;
  throw new UsageError(`--older-than must be a number of days, not ${text}.`);
}
