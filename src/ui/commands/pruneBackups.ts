import { type PrunePlan, planPrune, prune } from '../../core/jobs/prune.js';
import { describePrunePlan, doomedBy } from '../../core/jobs/pruneText.js';
import { t } from '../../core/l10n.js';
import { describePolicy } from '../../core/plan/retentionPolicy.js';
import { retentionPolicy } from '../../core/plan/retentionSetting.js';
import { bytes, count } from '../../core/text.js';
import { unawaited } from '../failures.js';
import { DELETE_SHARES, PLAN_SHARES } from '../jobBar.js';
import { showInformation, showWarning } from '../messages.js';
import { offerUndo } from '../runDelete.js';
import { runStoreJob } from '../runStoreJob.js';
import type { Services } from '../services.js';
import { readSettings } from '../settings.js';
import type { Command } from './command.js';

export const pruneBackups: Command = {
  name: 'pruneBackups',
  async run(services) {
    const policy = retentionPolicy(readSettings().retention);
    const words = { title: t('Planning what to prune'), noun: t('Plan'), shares: PLAN_SHARES };
    const plan = await runStoreJob(services, words, (context, store) => planPrune(context, store, policy));
    if (!plan) return;
    const doomed = doomedBy(plan);
    const showPlan = t('Show Plan');
    const show = () => services.pages.show(t('Prune Plan'), describePrunePlan(plan, policy));
    if (doomed === 0) {
      const sentence = t('The retention policy keeps every backup: there is nothing to prune.');
      if (await showInformation(sentence, showPlan)) await show();
      return;
    }
    const question = t('Delete {0} that the retention policy does not keep?', count(doomed, 'backup'));
    const answer = await showWarning(
      question,
      { modal: true, detail: detailOf(plan, describePolicy(policy)) },
      t('Delete'),
      showPlan,
    );
    if (answer === showPlan) {
      await show();
      // Not modal: the plan can be read before.
      const sure = await showInformation(t('Delete the {0} of this plan?', count(doomed, 'backup')), t('Delete'));
      if (sure) await carryOut(services, plan);
    } else if (answer) await carryOut(services, plan);
  },
};

function detailOf({ boards }: PrunePlan, policy: string): string {
  const lines = boards.map(({ board, backups, plan }) => {
    return t(
      '{0}: {1} of {2}, {3} before, {4} after.',
      board.name,
      plan.remove.length,
      count(backups.size, 'backup'),
      bytes(plan.bytesBefore),
      bytes(plan.bytesAfter),
    );
  });
  return [...lines, policy, t('Other backups keep what they need. What is deleted goes to the trash.')].join('\n');
}

/** The very plan that was shown. */
async function carryOut(services: Services, plan: PrunePlan): Promise<void> {
  const words = { title: t('Deleting {0}', count(doomedBy(plan), 'backup')), noun: t('Prune'), shares: DELETE_SHARES };
  const result = await runStoreJob(services, words, (context, store) => prune(context, store, plan));
  if (!result) return;
  const { removed, freed } = result;
  const sentence = t(
    'Deleted {0}. {1} are free once the trash is emptied.',
    count(removed.length, 'backup'),
    bytes(Math.max(0, freed)),
  );
  unawaited(services, offerUndo(services, sentence, removed, { [t('Empty Trash…')]: 'micropythonBackup.emptyTrash' }));
}
