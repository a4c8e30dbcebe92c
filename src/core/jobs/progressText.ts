// How far a job is, in words and in percent: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import { bytes, count, duration } from '../text.js';
import type { Phase, Progress } from './job.js';

const PHASES: Record<Phase, string> = {
  queue: 'Waiting for another job on these backups',
  connect: 'Connecting',
  wait: 'Waiting for the board: plug it in, or press its reset button',
  list: 'Listing files',
  compare: 'Comparing',
  decide: 'Waiting for your choice',
  read: 'Reading',
  write: 'Writing',
  check: 'Checking',
  save: 'Verifying and saving',
  plan: 'Looking at what each backup needs',
  merge: 'Keeping what other backups need',
  copy: 'Copying',
};

/** `Reading lib/wifi.py · 3 of 50 files · 42% · 9.8 kB/s · 12 s left` */
export function describeProgress(progress: Progress): string {
  const { phase, path, done, total, bytesPerSecond, secondsLeft } = progress;
  const parts = [path === undefined ? PHASES[phase] : `${PHASES[phase]} ${displayPath(path)}`];
  if (total && total.files > 0) parts.push(`${done.files} of ${count(total.files, 'file')}`);
  else if (done.files > 0) parts.push(count(done.files, 'file'));
  if (total && total.bytes > 0) parts.push(`${Math.floor(percent(progress) ?? 0)}%`);
  if (bytesPerSecond) parts.push(`${bytes(bytesPerSecond)}/s`);
  // Nobody needs tenths of what is a guess.
  if (secondsLeft !== undefined) parts.push(`${duration(Math.ceil(secondsLeft))} left`);
  return parts.join(' · ');
}

/** How much of the phase is done, 0 to 100; undefined while the total is unknown. */
export function percent({ done, total }: Progress): number | undefined {
  if (!total) return undefined;
  if (total.bytes > 0) return Math.min(100, (100 * done.bytes) / total.bytes);
  return total.files > 0 ? Math.min(100, (100 * done.files) / total.files) : undefined;
}
