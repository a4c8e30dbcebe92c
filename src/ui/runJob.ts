// Runs a job with its notification: phase, file, percent, rate, time left, and Cancel. All jobs go through here.

import * as vscode from 'vscode';
import { isBackupError } from '../core/errors.js';
import type { JobContext, Progress } from '../core/jobs/job.js';
import { describeProgress, percent } from '../core/jobs/progressText.js';
import { showFailure } from './failures.js';
import type { Services } from './services.js';

/** Progress comes with every chunk; a notification that changes more often than this flickers. */
const SHOW_EVERY_MS = 100;

/**
 * @param title what the user asked for, such as `Backing up demo`
 * @returns undefined where the job failed or was cancelled: the user has been told
 */
export async function runJob<T>(
  services: Services,
  title: string,
  job: (context: JobContext) => Promise<T>,
): Promise<T | undefined> {
  const { env, statusBar } = services;
  env.log.info(`${title}: started`);
  try {
    const result = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (notification, token) => {
        const abort = new AbortController();
        token.onCancellationRequested(() => abort.abort());
        const show = showing(notification, (progress) => statusBar.working(title, progress));
        return job({ env, signal: abort.signal, onProgress: show });
      },
    );
    env.log.info(`${title}: done`);
    return result;
  } catch (error) {
    if (isBackupError(error, 'cancelled')) {
      env.log.info(`${title}: cancelled`);
      void vscode.window.showInformationMessage(`${title} was cancelled.`);
    } else {
      await showFailure(services, title, error);
    }
    return undefined;
  } finally {
    statusBar.idle();
  }
}

function showing(
  notification: vscode.Progress<{ message?: string; increment?: number }>,
  also: (progress: Progress) => void,
): (progress: Progress) => void {
  let shownAt = Number.NEGATIVE_INFINITY;
  let phase: string | undefined;
  let shownPercent = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - shownAt < SHOW_EVERY_MS) return;
    shownAt = now;
    phase = progress.phase;
    also(progress);
    // The bar belongs to the phase that takes the time, and never runs backwards.
    const moves = progress.phase === 'read' || progress.phase === 'write';
    const reached = moves ? Math.max(shownPercent, percent(progress) ?? 0) : shownPercent;
    notification.report({ message: describeProgress(progress), increment: reached - shownPercent });
    shownPercent = reached;
  };
}
