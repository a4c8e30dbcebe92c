// Which of the running jobs does the user mean?

import * as vscode from 'vscode';
import { describeBriefly } from '../core/jobs/progressText.js';
import { t } from '../core/l10n.js';
import { displayPath } from '../core/paths.js';
import { type Choice, pickOne } from './quickPick.js';
import type { RunningJob } from './runningJobs.js';
import type { Services } from './services.js';

/** @returns undefined if none was chosen */
export async function pickJob(jobs: readonly RunningJob[], placeHolder: string): Promise<RunningJob | undefined> {
  const items = jobs.map((job) => ({ label: displayPath(job.title), description: describeJob(job), job }));
  return (await pickOne(items, { placeHolder }))?.job;
}

/**
 * What whoever asks for a quick backup of a board that is at work already gets: the way to what is under way. A second backup
 * would only wait for the first, and then find that nothing has changed.
 */
export async function showJobsOf({ jobs }: Services, running: readonly RunningJob[], board: string): Promise<void> {
  const show = { icon: 'bell', label: t('Show Progress'), description: running.map(describeJob).join(', ') };
  const cancels = running.map((job) => ({
    icon: 'close',
    label: t('Cancel'),
    description: displayPath(job.title),
    job,
  }));
  const picked = await pickOne<Choice & { job?: RunningJob }>([show, ...cancels], {
    placeHolder: t('{0} is busy', displayPath(board)),
  });
  if (picked?.job) jobs.cancel(picked.job.id);
  // There is no way to one notification; the list has all that are under way.
  else if (picked) await vscode.commands.executeCommand('notifications.showList');
}

function describeJob({ progress, isCancelled }: RunningJob): string {
  if (isCancelled) return t('Cancelling');
  return progress ? describeBriefly(progress.step, progress.percent) : '';
}
