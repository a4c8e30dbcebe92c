// The jobs that are under way in this window, so that none is cut off in the middle when the window closes: a board that
// is not left in order stays in the raw REPL, and its program does not run.

import { CLOSING } from '../core/jobs/job.js';

export class RunningJobs {
  private readonly jobs = new Map<AbortController, Promise<unknown>>();
  private stopped = false;

  /**
   * Runs a job until it ends or is aborted.
   *
   * @param job is given the signal that stops it, and what aborts that signal
   */
  async run<T>(job: (abort: AbortController) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    if (this.stopped) abort.abort(CLOSING);
    const work = job(abort);
    this.jobs.set(abort, work);
    try {
      return await work;
    } finally {
      this.jobs.delete(abort);
    }
  }

  /** Aborts all jobs, and resolves when each has left its board. A job that begins later is aborted at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const abort of this.jobs.keys()) abort.abort(CLOSING);
    await Promise.allSettled(this.jobs.values());
  }
}
