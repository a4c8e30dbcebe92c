// Runs a job on the backups, and shows them as they are afterwards.

import type { JobContext } from '../core/jobs/job.js';
import type { Store } from '../core/store/store.js';
import { type JobWords, runJob } from './runJob.js';
import type { Services } from './services.js';

/** @returns undefined if the job failed or was cancelled: the user has been told */
export async function runStoreJob<T>(
  services: Services,
  words: JobWords<T>,
  job: (context: JobContext, store: Store) => Promise<T>,
): Promise<T | undefined> {
  const { boards } = services;
  const result = await runJob(services, words, async (context) => job(context, await boards.openStore()));
  await boards.refreshBackups();
  return result;
}
