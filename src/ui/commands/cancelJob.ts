import { t } from '../../core/l10n.js';
import { showInformation } from '../messages.js';
import { pickJob } from '../pickJob.js';
import type { Command } from './command.js';

export const cancelJob: Command = {
  name: 'cancelJob',
  async run({ jobs }, target) {
    if (typeof target === 'number') {
      // It may have ended while the tooltip was read: then it says so itself.
      jobs.cancel(target);
      return;
    }
    if (jobs.list.length === 0) {
      void showInformation(t('Nothing is running that could be cancelled.'));
      return;
    }
    const job = await pickJob(jobs.list, t('Which job do you want to cancel?'));
    if (job) jobs.cancel(job.id);
  },
};
