// A restore in words, before and after: the same in VS Code and on the command line.

import type { Manifest } from '../archive/manifest.js';
import { displayPath, ROOT } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { ConflictChoice, RestoreItem, SkipReason } from '../plan/restoreItem.js';
import { isDeleted } from '../plan/restoreItem.js';
import type { RestoreMode } from '../plan/restoreSteps.js';
import type { RestoreRecord, RestoreState } from '../store/restoreRecords.js';
import { bytes, count, duration, figure, localTime } from '../text.js';

const SKIPPED: Record<SkipReason, string> = {
  'left-out': 'left out by you',
  'device-specific': 'belongs to one board alone',
  'read-only': 'its file system is read-only',
  'bad-name': 'its file system cannot have this name, or takes it for another one',
  'no-way-back': 'it was not saved before it was replaced, and no archive has its content',
};

/** Why a path was not restored: the end of a sentence. */
export function skipSentence(skip: SkipReason): string {
  return SKIPPED[skip];
}

/** What became of a conflict: the end of a sentence. @param isDeletion whether the backup has no such file */
export function settledSentence(settled: ConflictChoice, isDeletion: boolean): string {
  if (settled === 'both') return 'both are kept';
  if (settled === 'board') return 'the one on the board stays';
  return isDeletion ? 'it is deleted from the board' : 'it is replaced';
}

const MODES: Record<RestoreMode, { plan: string; done: string }> = {
  'stage-all': {
    plan: 'All files are written aside first, and then take their places.',
    done: 'All files were written aside first, and then took their places.',
  },
  'stage-one': { plan: 'Files take their places one by one.', done: 'Files took their places one by one.' },
  'in-place': { plan: 'Files are written in place, one by one.', done: 'Files were written in place, one by one.' },
};

/** `a.py, b.py and 3 more` */
export function fewNames(names: readonly string[]): string {
  const few = names.slice(0, 5).map(displayPath).join(', ');
  return names.length > 5 ? `${few} and ${figure(names.length - 5)} more` : few;
}

/** How many files of each kind a plan has. */
export interface PlanSums {
  new: number;
  replace: number;
  conflict: number;
  delete: number;
  same: number;
  skip: number;
  blocked: number;
}

export function sumsOf({ items }: Pick<RestorePlan, 'items'>): PlanSums {
  const files = items.filter(({ type }) => type === 'file');
  const of = (action: RestoreItem['action']) => files.filter((item) => item.action === action).length;
  return {
    ...{ new: of('new'), replace: of('replace'), conflict: of('conflict'), delete: of('delete') },
    ...{ same: of('same'), skip: of('skip') },
    blocked: items.filter(({ action }) => action === 'blocked').length,
  };
}

/** What a plan writes, and how many files it deletes. */
export function changesOf({ steps }: Pick<RestorePlan, 'steps'>): { files: number; bytes: number; deleted: number } {
  const writes = steps.filter((step) => step.kind === 'write');
  return {
    files: writes.length,
    bytes: writes.reduce((sum, { content }) => sum + content.size, 0),
    deleted: steps.filter(({ kind }) => kind === 'remove').length,
  };
}

/** `2 new, 3 replaced, 1 conflict, 45 the same.` */
export function sumSentence(plan: Pick<RestorePlan, 'items'>): string {
  const sums = sumsOf(plan);
  const parts = [
    ...(sums.new > 0 ? [`${sums.new} new`] : []),
    ...(sums.replace > 0 ? [`${sums.replace} replaced`] : []),
    ...(sums.conflict > 0 ? [count(sums.conflict, 'conflict')] : []),
    ...(sums.delete > 0 ? [`${sums.delete} deleted`] : []),
    ...(sums.skip > 0 ? [`${sums.skip} left out`] : []),
    ...(sums.blocked > 0 ? [`${sums.blocked} impossible`] : []),
    ...(sums.same > 0 ? [`${sums.same} the same`] : []),
  ];
  return parts.length > 0 ? `${parts.join(', ')}.` : 'Nothing to do.';
}

/**
 * What is and what is not included: one sentence.
 *
 * @param selected files of the backup that are meant
 */
export function includedSentence(
  plan: Pick<RestorePlan, 'items'>,
  selected: number,
  { entries, createdAt }: Pick<Manifest, 'entries' | 'createdAt'>,
): string {
  const all = entries.filter(({ type }) => type === 'file').length;
  const out = plan.items.filter(({ type, action, wanted }) => action === 'skip' && type === 'file' && wanted).length;
  const included = selected - out;
  const backup = `the backup of ${localTime(createdAt)}`;
  const which =
    included === all
      ? `All ${count(all, 'file')} of ${backup} are`
      : `${included} of ${count(all, 'file')} of ${backup} ${included === 1 ? 'is' : 'are'}`;
  return `${which} included; the firmware, its settings outside of files, and the times of files are not.`;
}

const SIGNS: Record<RestoreItem['action'], string> = {
  ...{ new: '+', replace: '~', conflict: '!', delete: '-', same: '=', skip: ' ', blocked: 'x' },
};

/** The plan as a list: one line for each path that is not just as it shall be, then the sums. */
export function describePlan(plan: RestorePlan): string {
  const shown = plan.items.filter((item) => item.action !== 'same');
  const lines = shown.map(
    (item) => `${SIGNS[item.action]} ${displayPath(item.path)}${item.type === 'folder' ? '/' : ''}${about(item)}`,
  );
  return [...lines, sumSentence(plan), ...howSentences(plan)].join('\n');
}

/** What flash it takes, and how files take their place; none where nothing is written. */
export function howSentences({ space, mode, steps }: Pick<RestorePlan, 'space' | 'mode' | 'steps'>): string[] {
  return steps.some(({ kind }) => kind === 'write') ? [...space.map(spaceSentence), MODES[mode].plan] : [];
}

/** `Flash on /: 8.2 kB needed, 1.2 MB free.` */
function spaceSentence({ mount, needed, free }: RestorePlan['space'][number]): string {
  const where = mount === ROOT ? '/' : `/${displayPath(mount)}`;
  return `Flash on ${where}: ${bytes(needed)} needed, ${free === null ? 'free space unknown' : `${bytes(free)} free`}.`;
}

/** What is to be known of one path of a plan: `  1.2 kB, replaces 900 B`. */
function about(item: RestoreItem): string {
  const parts = partsOf(item);
  return parts.length > 0 ? `  ${parts.join(', ')}` : '';
}

export function partsOf(item: RestoreItem): string[] {
  const { action, type, wanted, present, settled, beside, skip, reason, path } = item;
  const size = wanted !== null && wanted !== 'folder' ? [bytes(wanted.size)] : [];
  const from =
    wanted !== null && wanted !== 'folder' && wanted.from !== path ? [`from ${displayPath(wanted.from)}`] : [];
  const there = present !== null && present !== 'folder' ? bytes(present.size) : undefined;
  switch (action) {
    case 'new':
      return [...size, ...from, ...(type === 'file' ? ['new'] : ['new folder'])];
    case 'replace':
      return [...size, ...from, `replaces ${there}`];
    case 'delete':
      return ['deleted', ...(there ? [there] : [])];
    case 'conflict':
      return [
        ...size,
        ...from,
        `conflict: ${wanted === null ? 'it' : 'the one on the board'} is in no backup`,
        ...(beside !== undefined
          ? [`both are kept, this one as ${displayPath(beside)}`]
          : [settledSentence(settled ?? 'backup', isDeleted(item))]),
      ];
    case 'skip':
      return [`left out: ${skip ? skipSentence(skip) : ''}`];
    case 'blocked':
      return [reason ?? ''];
    default:
      return [...size, 'the same already'];
  }
}

const STATES: Record<RestoreState, string> = {
  running: 'under way',
  unfinished: 'not finished',
  done: 'done',
  undone: 'undone',
  dropped: 'nothing changed',
};

export function stateWord(state: RestoreState): string {
  return STATES[state];
}

/** The report of a restore, as it is kept. */
export function describeReport(record: RestoreRecord): string {
  const { at, board, backup, items, report, state } = record;
  const lines = [
    `Restore of ${localTime(at)} to ${displayPath(board.name)}: ${stateWord(state)}.`,
    `From the backup ${backup.id.slice(0, 8)} of ${localTime(backup.createdAt)}.`,
    safetySentence(record),
  ];
  const changes = items.map(changeLine);
  if (!report) return [...lines, `It was to change ${count(items.length, 'path')}:`, ...changes].join('\n');
  return [
    ...lines,
    `${report.restored} restored, ${report.unchanged} the same already, ${report.deleted} deleted, ${report.skipped.length} left out.`,
    `${count(report.verified, 'file')} hashed on the board afterwards and found right.`,
    ...changes,
    ...report.skipped.map(({ path, reason }) => `  left out: ${displayPath(path)} (${displayPath(reason)})`),
    ...report.conflicts.map(({ path, outcome }) => `  conflict: ${displayPath(path)}: ${displayPath(outcome)}`),
    MODES[report.mode as RestoreMode]?.done ?? '',
    `It took ${duration(report.seconds)}. ${programSentence(report.program)}`.trim(),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function safetySentence({ safety, items }: Pick<RestoreRecord, 'safety' | 'items'>): string {
  if (safety !== null) return `What was replaced is in the backup ${safety.slice(0, 8)}.`;
  const hasReplaced = items.some(({ before }) => before !== null && before !== 'folder');
  return hasReplaced ? 'No safety backup was wanted.' : 'Nothing was replaced, so there is no safety backup.';
}

/** With the signs of a plan. */
function changeLine({ path, before, after }: RestoreRecord['items'][number]): string {
  const sign = before === null ? SIGNS.new : after === null ? SIGNS.delete : SIGNS.replace;
  return `  ${sign} ${displayPath(path)}${before === 'folder' || after === 'folder' ? '/' : ''}`;
}

function programSentence(program: string): string {
  if (program === 'restarted') return 'The program that ran was restarted.';
  return program === 'stopped' ? 'The program that ran was left stopped.' : '';
}

/** A board between two states is told of wherever somebody looks. */
export function unfinishedSentence({ at, board }: Pick<RestoreRecord, 'at' | 'board'>): string {
  return `The restore of ${localTime(at)} to ${displayPath(board.name)} was not finished: its files may be of two states. Finish it, or undo it.`;
}
