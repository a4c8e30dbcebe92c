// How far a job is, in words and in percent: the same in VS Code and on the command line.

import { displayPath } from '../paths.js';
import { bytes, count, duration, shortened } from '../text.js';
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
  rewrite: 'Writing anew',
};

/** So much of a path fits beside the figures. */
const LONGEST_PATH = 30;

/**
 * `Reading lib/wifi.py · 3 of 50 files · 42% · 9.8 kB/s · 12 s left`
 *
 * @param done of the whole job where that is shown beside it, in percent; else of the phase
 */
export function describeProgress(progress: Progress, done = percent(progress)): string {
  const { phase, path, total, bytesPerSecond, secondsLeft } = progress;
  const name = path === undefined ? '' : ` ${shortened(displayPath(path), LONGEST_PATH)}`;
  const parts = [`${PHASES[phase]}${name}`];
  const unit = phase === 'rewrite' ? 'archive' : 'file';
  if (total && total.files > 0) parts.push(`${progress.done.files} of ${count(total.files, unit)}`);
  else if (progress.done.files > 0) parts.push(count(progress.done.files, unit));
  if (total && total.bytes > 0) parts.push(`${Math.floor(done ?? 0)}%`);
  if (bytesPerSecond) parts.push(`${bytes(bytesPerSecond)}/s`);
  // Nobody needs tenths of what is a guess.
  if (secondsLeft !== undefined) parts.push(`${duration(Math.ceil(secondsLeft))} left`);
  return parts.join(' · ');
}

/** `Reading · 42% · 12 s left` @param done of the whole job, in percent */
export function describeBriefly({ phase, secondsLeft }: Progress, done: number): string {
  const left = secondsLeft === undefined ? [] : [`${duration(secondsLeft)} left`];
  return [PHASES[phase], `${Math.floor(done)}%`, ...left].join(' · ');
}

/** How much of the phase is done, 0 to 100; undefined while the total is unknown. */
export function percent({ done, total }: Progress): number | undefined {
  if (!total) return undefined;
  if (total.bytes > 0) return Math.min(100, (100 * done.bytes) / total.bytes);
  return total.files > 0 ? Math.min(100, (100 * done.files) / total.files) : undefined;
}
