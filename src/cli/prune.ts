import { type PrunePlan, planPrune, prune } from '../core/jobs/prune.js';
import { describePrunePlan, doomedBy } from '../core/jobs/pruneText.js';
import { displayPath } from '../core/paths.js';
import { describePolicy, USUAL_POLICY } from '../core/plan/retentionPolicy.js';
import { bytes, count } from '../core/text.js';
import { boardIdOf } from './boardNamed.js';
import { consent, refuseSilence, YES_USAGE, yesOption } from './consent.js';
import { POLICY_USAGE, policyOf, policyOptions } from './policyOptions.js';
import { STORE_USAGE, storeOf, storeOption } from './storeOption.js';
import { takeArguments, type Verb } from './usage.js';

export const pruneVerb: Verb = {
  usage: `[BOARD] ${STORE_USAGE} ${POLICY_USAGE} [--dry-run] ${YES_USAGE}`,
  summary: 'Delete the backups that a retention policy does not keep, and say why',
  options: {
    ...storeOption,
    ...yesOption,
    ...policyOptions,
    'dry-run': { type: 'boolean', about: 'only show what would become of each backup, and why' },
  },
  details: `BOARD is the name or the id of a board; without it, all boards are pruned, each separately. Without options that say
what to keep, this policy applies:

  ${describePolicy(USUAL_POLICY)}

--keep-last and --keep count each backup set separately; --max-count, --max-bytes and --max-age apply to the whole board.
Pinned backups, the newest sound backup of each set and the newest safety backup of a board always stay. What other backups
need is kept. Deleted backups go to the trash: \`mpbackup undelete\` brings them back.`,
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
