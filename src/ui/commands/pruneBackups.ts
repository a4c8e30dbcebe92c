import { type PrunePlan, planPrune, prune } from '../../core/jobs/prune.js';
import { describePrunePlan, doomedBy } from '../../core/jobs/pruneText.js';
import { describePolicy } from '../../core/plan/retentionPolicy.js';
import { retentionPolicy } from '../../core/plan/retentionSetting.js';
import { bytes, count } from '../../core/text.js';
import { DELETE_SHARES, PLAN_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import { offerUndo } from '../runDelete.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import type { Command } from './command.js';

const SHOW = 'Show Plan';

export const pruneBackups: Command = {
  name: 'pruneBackups',
  async run(services) {
    const policy = retentionPolicy(readSettings().retention);
    const words = { title: 'Planning what to prune', noun: 'Plan', shares: PLAN_SHARES };
    const plan = await runStoreJob(services, words, (context, store) => planPrune(context, store, policy));
    if (!plan) return;
    const doomed = doomedBy(plan);
    const show = () => services.pages.show('Prune Plan', describePrunePlan(plan, policy));
    if (doomed === 0) {
      const sentence = 'The retention policy keeps every backup: there is nothing to prune.';
      if (await showInformation(sentence, SHOW)) await show();
      return;
    }
    const question = `Delete ${count(doomed, 'backup')} that the retention policy does not keep?`;
    const answer = await showWarning(
      question,
      { modal: true, detail: detailOf(plan, describePolicy(policy)) },
      'Delete',
      SHOW,
    );
    if (answer === SHOW) {
      await show();
      // Not modal: the plan can be read before.
      const sure = await showInformation(`Delete the ${count(doomed, 'backup')} of this plan?`, 'Delete');
      if (sure) await carryOut(services, plan);
    } else if (answer) await carryOut(services, plan);
  },
};

function detailOf({ boards }: PrunePlan, policy: string): string {
  const lines = boards.map(({ board, backups, plan }) => {
    const counts = `${plan.remove.length} of ${count(backups.size, 'backup')}`;
    return `${board.name}: ${counts}, ${bytes(plan.bytesBefore)} before, ${bytes(plan.bytesAfter)} after.`;
  });
  return [...lines, policy, 'Other backups keep what they need. What is deleted goes to the trash.'].join('\n');
}

/** The very plan that was shown. */
async function carryOut(services: Services, plan: PrunePlan): Promise<void> {
  const words = { title: `Deleting ${count(doomedBy(plan), 'backup')}`, noun: 'Prune', shares: DELETE_SHARES };
  const result = await runStoreJob(services, words, (context, store) => prune(context, store, plan));
  if (!result) return;
  const { removed, freed } = result;
  const sentence = `Deleted ${count(removed.length, 'backup')}. ${bytes(Math.max(0, freed))} are free once the trash is emptied.`;
  void offerUndo(services, sentence, removed, { 'Empty Trash…': 'micropythonBackup.emptyTrash' });
}
