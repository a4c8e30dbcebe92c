// Runs a job with its notification: phase, file, percent, rate, time left, and Cancel. All jobs go through here.

import * as vscode from 'vscode';
import { isBackupError } from '../core/errors.js';
import type { JobContext, Progress } from '../core/jobs/job.js';
import { describeProgress } from '../core/jobs/progressText.js';
import { t } from '../core/l10n.js';
import { type Remedies, showFailure } from './failures.js';
import { barAfter, type JobProgress, type Shares } from './jobBar.js';
import { showInformation, withoutLinks } from './messages.js';
import type { JobAbout } from './runningJobs.js';
import type { Services } from './services.js';

/** Progress is reported with every chunk, but a notification that changes more often than this flickers. */
const SHOW_EVERY_MS = 100;

/** Title, noun and boards are shown wherever running jobs are. */
export interface JobWords<T = unknown> extends JobAbout<T> {
  shares: Shares;
  /** Default: a notification. For jobs whose rows in the tree say everything, a progress bar over the tree is enough. */
  place?: 'notification' | 'view';
  /** Buttons in the message of a failure. */
  remedies?: (error: unknown) => Remedies | Promise<Remedies>;
}

/** @returns undefined if the job failed or was cancelled: the user has been told */
export async function runJob<T>(
  services: Services,
  words: JobWords<T>,
  job: (context: JobContext) => Promise<T>,
): Promise<T | undefined> {
  const { env, jobs } = services;
  const { title, shares, place = 'notification', remedies } = words;
  env.log.info(`${title}: started`);
  try {
    const result = await jobs.run(words, ({ signal, cancel, report }) =>
      inPlace(place, title, async (notification, token) => {
        token.onCancellationRequested(cancel);
        let shown = 0;
        const onProgress = showing(shares, (progress) => {
          const { step, percent } = progress;
          const message = withoutLinks(describeProgress(step, percent));
          notification.report({ message, increment: percent - shown });
          shown = percent;
          report(progress);
        });
        return job({ env, signal, onProgress });
      }),
    );
    env.log.info(`${title}: done`);
    return result;
  } catch (error) {
    // Not awaited: the job has ended, whether the message is read or not.
    if (isBackupError(error, 'cancelled')) {
      env.log.info(`${title}: cancelled`);
      void showInformation(t('{0} was cancelled.', title));
    } else {
      void showFailure(services, title, error, remedies?.(error));
    }
    return undefined;
  }
}

/**
 * Runs a job without messages: the status bar and the tree show that it is under way, and it can be cancelled there.
 *
 * @throws what the job throws
 */
export function runQuietly<T>(
  { env, jobs }: Pick<Services, 'env' | 'jobs'>,
  words: Pick<JobWords<T>, 'title' | 'noun' | 'boards' | 'isWhole' | 'shares'>,
  job: (context: JobContext) => Promise<T>,
): Promise<T> {
  return jobs.run(words, ({ signal, report }) => job({ env, signal, onProgress: showing(words.shares, report) }));
}

type Shown = vscode.Progress<{ message?: string; increment?: number }>;

async function inPlace<T>(
  place: 'notification' | 'view',
  title: string,
  work: (shown: Shown, token: vscode.CancellationToken) => Promise<T>,
): Promise<T> {
  const options: vscode.ProgressOptions =
    place === 'view'
      ? { location: { viewId: 'micropythonBackup.boards' } }
      : { location: vscode.ProgressLocation.Notification, title: withoutLinks(title), cancellable: true };
  return vscode.window.withProgress(options, work);
}

function showing(shares: Shares, show: (progress: JobProgress) => void): (progress: Progress) => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  let phase: string | undefined;
  let reached = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - shownAt < SHOW_EVERY_MS) return;
    shownAt = now;
    phase = progress.phase;
    reached = barAfter(shares, progress, reached);
    show({ step: progress, percent: reached });
  };
}
