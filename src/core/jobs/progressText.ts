// How far a job is, in words and in percent: the same in VS Code and on the command line.

import { type Message, msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import { bytes, count, duration, shortened } from '../text.js';
import type { Phase, Progress } from './job.js';

const PHASES: Record<Phase, Message> = {
  queue: msg('Waiting for another job on these backups'),
  connect: msg('Connecting'),
  wait: msg('Waiting for the board: plug it in, or press its reset button'),
  list: msg('Listing files'),
  compare: msg('Comparing'),
  decide: msg('Waiting for your choice'),
  read: msg('Reading'),
  write: msg('Writing'),
  check: msg('Checking'),
  save: msg('Verifying and saving'),
  plan: msg('Looking at what each backup needs'),
  merge: msg('Keeping what other backups need'),
  copy: msg('Copying'),
  rewrite: msg('Rewriting'),
};

/** So much of a path fits beside the figures. */
const LONGEST_PATH = 30;

/**
 * `Reading lib/wifi.py · 3 of 50 files · 42% · 9.8 kB/s · 12 s left`
 *
 * @param done of the whole job if that is shown beside it, in percent; else of the phase
 */
export function describeProgress(progress: Progress, done = percent(progress)): string {
  const { phase, path, total, bytesPerSecond, secondsLeft } = progress;
  const name = path === undefined ? '' : ` ${shortened(displayPath(path), LONGEST_PATH)}`;
  const parts = [`${t(PHASES[phase])}${name}`];
  const unit = phase === 'rewrite' ? 'archive' : 'file';
  if (total && total.files > 0) parts.push(t('{0} of {1}', progress.done.files, count(total.files, unit)));
  else if (progress.done.files > 0) parts.push(count(progress.done.files, unit));
  if (total && total.bytes > 0) parts.push(`${Math.floor(done ?? 0)}%`);
  if (bytesPerSecond) parts.push(t('{0}/s', bytes(bytesPerSecond)));
  // Nobody needs tenths of what is a guess.
  if (secondsLeft !== undefined) parts.push(t('{0} left', duration(Math.ceil(secondsLeft))));
  return parts.join(' · ');
}

/** `Reading · 42% · 12 s left` @param done of the whole job, in percent */
export function describeBriefly({ phase, secondsLeft }: Progress, done: number): string {
  const left = secondsLeft === undefined ? [] : [t('{0} left', duration(secondsLeft))];
  return [t(PHASES[phase]), `${Math.floor(done)}%`, ...left].join(' · ');
}

/** How much of the phase is done, 0 to 100; undefined while the total is unknown. */
export function percent({ done, total }: Progress): number | undefined {
  if (!total) return undefined;
  if (total.bytes > 0) return Math.min(100, (100 * done.bytes) / total.bytes);
  return total.files > 0 ? Math.min(100, (100 * done.files) / total.files) : undefined;
}
