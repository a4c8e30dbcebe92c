import type { BackupOrigin } from '../core/archive/manifest.js';
import { type PrunePlan, planPrune, prune } from '../core/jobs/prune.js';
import { describePrunePlan, doomedBy } from '../core/jobs/pruneText.js';
import { displayPath } from '../core/paths.js';
import { describePolicy, type RetentionPolicy, USUAL_POLICY } from '../core/plan/retentionPolicy.js';
import { bytes, count } from '../core/text.js';
import { boardIdOf } from './boardNamed.js';
import { consent, refuseSilence, YES_USAGE, yesOption } from './consent.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { type Call, takeArguments, type Verb } from './usage.js';
import { UsageError } from './usageError.js';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
]);

export const pruneVerb: Verb = {
  usage: `[BOARD] ${STORE_USAGE} [--keep-last N] [--keep ORIGIN=N|all]… [--max-count N] [--max-bytes SIZE] [--max-age DAYS] [--dry-run] ${YES_USAGE}`,
  summary: 'Deletes the backups that a retention policy does not keep, and says why',
  options: {
    ...storeOption,
    ...yesOption,
    'keep-last': {
      type: 'string',
      value: 'N',
      about: 'keeps the newest N of each board, whatever they were taken for',
    },
    keep: {
      type: 'string',
      value: 'ORIGIN=N|all',
      multiple: true,
      about: 'keeps the newest N of an origin (daily=7); may be given again',
    },
    'max-count': { type: 'string', value: 'N', about: 'keeps at most N of each board' },
    'max-bytes': {
      type: 'string',
      value: 'SIZE',
      about: 'keeps at most so many bytes for each board: 500kB, 20MB, 1GB',
    },
    'max-age': { type: 'string', value: 'DAYS', about: 'keeps none that is older than so many days' },
    'dry-run': { type: 'boolean', about: 'only says what would become of each backup, and why' },
  },
  details: `BOARD is the name or the id of a board; without it, each board is pruned by itself. When nothing is said of what
to keep, this counts:
${describePolicy(USUAL_POLICY)}
Pinned backups, the newest sound one and the newest safety backup of a board always stay. What other backups
need is kept. Deleted ones go to the trash: \`mpbackup undelete\` brings them back.`,
  async run(call) {
    const [board] = takeArguments(call, 0, 1);
    const isDry = call.flag('dry-run');
    if (!isDry) refuseSilence(call, 'This deletes backups');
    const policy = policyOf(call);
    const store = await storeOf(call);
    const boardId = board === undefined ? undefined : await boardIdOf(store, board);
    const plan = await planPrune(call.context, store, policy, boardId);
    const doomed = doomedBy(plan);
    if (isDry || doomed === 0) {
      const text =
        plan.boards.length === 0
          ? `There is no backup in ${displayPath(store.root)} yet.`
          : describePrunePlan(plan, policy);
      call.output.result({ dryRun: isDry, removed: 0, ...fieldsOf(plan) }, text);
      return 0;
    }
    const isAsked = !call.flag('yes');
    if (isAsked) call.output.note(describePrunePlan(plan, policy));
    await consent(call, `Delete ${count(doomed, 'backup')}?`);
    const { removed, moved, movedBytes, freed, seconds } = await prune(call.context, store, plan);
    call.output.result(
      { dryRun: false, removed: removed.length, moved, movedBytes, freed, seconds, ...fieldsOf(plan) },
      [
        // Who was asked has seen it.
        ...(isAsked ? [] : [describePrunePlan(plan, policy)]),
        `Deleted ${count(removed.length, 'backup')}: ${bytes(Math.max(0, freed))} will be free once the trash is emptied.`,
      ].join('\n'),
    );
    return 0;
  },
};

function fieldsOf({ boards }: PrunePlan): Record<string, unknown> {
  return { boards: boards.map(({ board, plan }) => ({ board, ...plan })) };
}

function policyOf(call: Call): RetentionPolicy {
  const last = numberOf(call, 'keep-last');
  const origins = originsOf(call.texts('keep'));
  const maxCount = numberOf(call, 'max-count');
  const maxBytes = sizeOf(call.text('max-bytes'));
  const maxAgeDays = numberOf(call, 'max-age');
  const given: RetentionPolicy = {
    ...(last !== undefined && { last }),
    ...(origins && { origins }),
    ...(maxCount !== undefined && { maxCount }),
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxAgeDays !== undefined && { maxAgeDays }),
  };
  return Object.keys(given).length > 0 ? given : USUAL_POLICY;
}

function originsOf(texts: readonly string[]): RetentionPolicy['origins'] {
  if (texts.length === 0) return undefined;
  const pairs = texts.map((text) => {
    const [, origin = '', keep = ''] = /^([a-z]+)=(\d+|all)$/.exec(text) ?? [];
    if (!Object.hasOwn(USUAL_POLICY.origins, origin))
      throw new UsageError(`--keep is ORIGIN=N, such as daily=7, and not ${text}.`);
    return [origin as BackupOrigin, keep === 'all' ? ('all' as const) : Number(keep)] as const;
  });
  return Object.fromEntries(pairs);
}

function numberOf(call: Call, option: string): number | undefined {
  const text = call.text(option);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} is a whole number from 1 on, and not ${text}.`);
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = '', unit = ''] = /^([1-9]\d{0,11}) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  if (number === '' || factor === undefined)
    throw new UsageError(`--max-bytes is a size such as 20MB, and not ${text}.`);
  return Number(number) * factor;
}
