// What the item in the status bar says, of the facts alone: the board that a click would back up, running jobs, troubles. Knows
// nothing of VS Code.

import { isOfKey } from '../../core/archive/archiveErrors.js';
import type { Phase } from '../../core/jobs/job.js';
import { type Message, msg, t } from '../../core/l10n.js';
import { displayPath } from '../../core/paths.js';
import type { KnownBoard } from '../../core/plan/knownBoards.js';
import { worstOf } from '../../core/plan/soundness.js';
import { age, count, shortened } from '../../core/text.js';
import { briefly } from '../health/findings.js';
import { isChosen, quickBoardOf } from '../quickBoard.js';
import type { RunningJob } from '../runningJobs.js';
import { withoutIcons } from '../withoutIcons.js';
import { backedUpAt, type StatusFacts, type StatusTrouble, troubleOf } from './statusFacts.js';
import { tooltipOf } from './statusTooltip.js';

export interface StatusView {
  /** With `$(icon)`. */
  text: string;
  /** The same for a screen reader. */
  label: string;
  /** Markdown with links to commands. */
  tooltip: string;
  isWarning: boolean;
  click: StatusClick;
}

export interface StatusClick {
  command:
    | ('micropythonBackup.quickBackup' | 'micropythonBackup.finishRestore')
    | ('micropythonBackup.showHealth' | 'micropythonBackup.enterKey');
  /** Key of the board; absent if the command finds out itself. */
  board?: string;
}

/** The status bar belongs to everybody. */
const LONGEST_NAME = 24;

/** A job that goes on only when somebody does something turns no wheel. */
const WAITING: Partial<Record<Phase, Message>> = {
  decide: msg('{0} waits for you'),
  wait: msg('{0} waits for the board'),
};

export function statusView(facts: StatusFacts): StatusView {
  const board = quickBoardOf(facts.list, facts.remembered);
  const trouble = troubleOf(facts, board);
  const { icon, words, isWarning = false } = shownOf(facts, board, trouble);
  return {
    text: `$(${icon}) ${withoutIcons(words)}`,
    label: `MicroPython Backup: ${words}`,
    tooltip: tooltipOf(facts, board, trouble),
    isWarning,
    click: clickOf(board, trouble),
  };
}

interface Shown {
  icon: string;
  words: string;
  isWarning?: boolean;
}

function shownOf(facts: StatusFacts, board: KnownBoard | undefined, trouble: StatusTrouble | undefined): Shown {
  const { jobs, done, now } = facts;
  if (jobs.length > 0) return ofJobs(jobs);
  if (done) return { icon: 'check', words: t('{0} done', done.noun) };
  const name = board ? shortened(displayPath(board.name), LONGEST_NAME) : '';
  if (trouble) return { icon: 'warning', words: wordsOn(trouble, name), isWarning: true };
  if (!board) return { icon: 'cloud-download', words: wordsOnNone(facts) };
  const icon = board.url === undefined ? 'debug-disconnect' : 'cloud-download';
  if (!board.latest) return { icon, words: t('{0}: no backup yet', name) };
  return { icon, words: `${name}: ${age(backedUpAt(board.latest), now)}` };
}

/** If a click asks which board is meant, the age is that of the one that was not backed up for the longest time. */
function wordsOnNone({ list, remembered, now }: StatusFacts): string {
  const connected = list.filter(({ url }) => url !== undefined);
  if (isChosen(remembered) || connected.length === 0) return t('Back up board');
  const boards = count(connected.length, 'board');
  const times = connected.flatMap(({ latest }) => (latest ? [backedUpAt(latest)] : [])).sort();
  const [oldest] = times;
  const without = connected.length - times.length;
  if (oldest === undefined) return t('{0}: no backup yet', boards);
  return `${boards}: ${without > 0 ? t('{0} without a backup', without) : age(oldest, now)}`;
}

function ofJobs(jobs: readonly RunningJob[]): Shown {
  const [job, ...others] = jobs;
  if (!job || others.length > 0) return { icon: 'sync~spin', words: count(jobs.length, 'job') };
  const { noun, progress, isCancelled } = job;
  if (isCancelled) return { icon: 'sync~spin', words: t('{0}: cancelling', noun) };
  const waiting = progress && WAITING[progress.step.phase];
  if (waiting !== undefined) return { icon: 'watch', words: t(waiting, noun) };
  const percent = Math.floor(progress?.percent ?? 0);
  return { icon: 'sync~spin', words: percent > 0 ? `${noun} ${percent}%` : noun };
}

function wordsOn(trouble: StatusTrouble, name: string): string {
  switch (trouble.kind) {
    case 'store':
      return isOfKey(trouble.error) ? t('Backups are locked') : t('Backups cannot be read');
    case 'unfinished':
      return t('{0}: restore not finished', name);
    case 'unsound':
      return worstOf(trouble.backups) === 'damaged' ? t('{0}: damage found', name) : t('{0}: files missing', name);
    case 'health':
      return `${trouble.isOfStore ? t('Backups') : name}: ${briefly(trouble.finding)}`;
  }
}

/**
 * A quick backup, also if one is overdue. If a restore is not finished, nobody wants a backup of that state: the click leads on with the
 * restore, which shows first what it will do. Other troubles are shown with their remedies.
 */
function clickOf(board: KnownBoard | undefined, trouble: StatusTrouble | undefined): StatusClick {
  if (trouble?.kind === 'store' && isOfKey(trouble.error)) return { command: 'micropythonBackup.enterKey' };
  if (trouble?.kind === 'unfinished' && board) return { command: 'micropythonBackup.finishRestore', board: board.key };
  if (trouble?.kind === 'health' && trouble.isOfStore) return { command: 'micropythonBackup.showHealth' };
  const isHelped = trouble?.kind === 'unsound' || (trouble?.kind === 'health' && trouble.finding.remedy !== 'backup');
  if (isHelped && board) return { command: 'micropythonBackup.showHealth', board: board.key };
  return { command: 'micropythonBackup.quickBackup' };
}
