// Runs a job with its notification: phase, file, percent, rate, time left, and Cancel. All jobs go through here.

import * as vscode from 'vscode';
import { isBackupError } from '../core/errors.js';
import type { JobContext, Progress } from '../core/jobs/job.js';
import { describeProgress } from '../core/jobs/progressText.js';
import { type Remedies, showFailure } from './failures.js';
import { barAfter, type JobProgress, type Shares } from './jobBar.js';
import type { Services } from './services.js';

/** Progress comes with every chunk; a notification that changes more often than this flickers. */
const SHOW_EVERY_MS = 100;

export interface JobWords {
  /** What the user asked for: `Backing up demo`. */
  title: string;
  /** The same in one word, for the status bar: `Backup`. */
  noun: string;
  shares: Shares;
  /** What the message of a failure offers. */
  remedies?: (error: unknown) => Remedies | Promise<Remedies>;
}

/** @returns undefined where the job failed or was cancelled: the user has been told */
export async function runJob<T>(
  services: Services,
  { title, noun, shares, remedies }: JobWords,
  job: (context: JobContext) => Promise<T>,
): Promise<T | undefined> {
  const { env, statusBar, jobs } = services;
  env.log.info(`${title}: started`);
  const inStatusBar = statusBar.begin(title, noun);
  try {
    const result = await jobs.run(async (abort) =>
      vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        async (notification, token) => {
          token.onCancellationRequested(() => abort.abort());
          let shown = 0;
          const onProgress = showing(shares, (progress) => {
            notification.report({ message: progress.message, increment: progress.percent - shown });
            shown = progress.percent;
            inStatusBar.update(progress);
          });
          return job({ env, signal: abort.signal, onProgress });
        },
      ),
    );
    env.log.info(`${title}: done`);
    return result;
  } catch (error) {
    // Nobody waits for the message: the job has ended, whether it is read or not.
    if (isBackupError(error, 'cancelled')) {
      env.log.info(`${title}: cancelled`);
      void vscode.window.showInformationMessage(`${title} was cancelled.`);
    } else {
      void showFailure(services, title, error, remedies?.(error));
    }
    return undefined;
  } finally {
    inStatusBar.end();
  }
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
    show({ message: describeProgress(progress), percent: reached });
  };
}
