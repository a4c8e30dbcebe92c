// A restore in words, before and after: the same in VS Code and on the command line.

import { fromEnglish, type Message, msg, t } from '../l10n.js';
import { displayPath, ROOT } from '../paths.js';
import type { RestorePlan } from '../plan/planToward.js';
import type { ConflictChoice, RestoreItem, SkipReason } from '../plan/restoreItem.js';
import { isDeleted } from '../plan/restoreItem.js';
import type { RestoreMode } from '../plan/restoreSteps.js';
import type { RestoreRecord, RestoreState } from '../store/restoreRecords.js';
import { bytes, count, duration, figure, localTime } from '../text.js';

const SKIPPED: Record<SkipReason, Message> = {
  'left-out': msg('left out by you'),
  'device-specific': msg('belongs to one board alone'),
  'read-only': msg('its file system is read-only'),
  'bad-name': msg('its file system cannot have this name, or takes it for another one'),
  'no-way-back': msg('it was not saved before it was replaced, and no archive has its content'),
};

/** Why a path was not restored: the end of a sentence. */
export function skipWords(skip: SkipReason): Message {
  return SKIPPED[skip];
}

export function skipSentence(skip: SkipReason): string {
  return t(SKIPPED[skip]);
}

/** What became of a conflict: the end of a sentence. @param isDeletion whether the backup has no such file */
export function settledWords(settled: ConflictChoice, isDeletion: boolean): Message {
  if (settled === 'both') return msg('both are kept');
  if (settled === 'board') return msg('the one on the board stays');
  return isDeletion ? msg('it is deleted from the board') : msg('it is replaced');
}

const MODES: Record<RestoreMode, { plan: Message; done: Message }> = {
  'stage-all': {
    plan: msg('All files are written aside first, and then take their places.'),
    done: msg('All files were written aside first, and then took their places.'),
  },
  'stage-one': { plan: msg('Files take their places one by one.'), done: msg('Files took their places one by one.') },
  'in-place': {
    plan: msg('Files are written in place, one by one.'),
    done: msg('Files were written in place, one by one.'),
  },
};

/** `a.py, b.py and 3 more` */
export function fewNames(names: readonly string[]): string {
  const few = names.slice(0, 5).map(displayPath).join(', ');
  return names.length > 5 ? t('{0} and {1} more', few, figure(names.length - 5)) : few;
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
    new: of('new'),
    replace: of('replace'),
    conflict: of('conflict'),
    delete: of('delete'),
    same: of('same'),
    skip: of('skip'),
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
    ...(sums.new > 0 ? [t('{0} new', sums.new)] : []),
    ...(sums.replace > 0 ? [t('{0} replaced', sums.replace)] : []),
    ...(sums.conflict > 0 ? [count(sums.conflict, 'conflict')] : []),
    ...(sums.delete > 0 ? [t('{0} deleted', sums.delete)] : []),
    ...(sums.skip > 0 ? [t('{0} left out', sums.skip)] : []),
    ...(sums.blocked > 0 ? [t('{0} impossible', sums.blocked)] : []),
    ...(sums.same > 0 ? [t('{0} the same', sums.same)] : []),
  ];
  return parts.length > 0 ? `${parts.join(', ')}.` : t('Nothing to do.');
}

/**
 * What is and what is not included: one sentence.
 *
 * @param selected files of the backup that are meant
 */
export function includedSentence(
  plan: Pick<RestorePlan, 'items'>,
  selected: number,
  { entries, createdAt }: { entries: ReadonlyArray<{ type: string }>; createdAt: string },
): string {
  const all = entries.filter(({ type }) => type === 'file').length;
  const out = plan.items.filter(({ type, action, wanted }) => action === 'skip' && type === 'file' && wanted).length;
  const included = selected - out;
  const [files, at] = [count(all, 'file'), localTime(createdAt)];
  if (included === 1 && all === 1)
    return t(
      'The only file of the backup of {0} is included; the firmware, its settings outside of files, and the times of files are not.',
      at,
    );
  if (included === all)
    return t(
      'All {0} of the backup of {1} are included; the firmware, its settings outside of files, and the times of files are not.',
      files,
      at,
    );
  return t(
    included === 1
      ? '{0} of {1} of the backup of {2} is included; the firmware, its settings outside of files, and the times of files are not.'
      : '{0} of {1} of the backup of {2} are included; the firmware, its settings outside of files, and the times of files are not.',
    included,
    files,
    at,
  );
}

const SIGNS: Record<RestoreItem['action'], string> = {
  new: '+',
  replace: '~',
  conflict: '!',
  delete: '-',
  same: '=',
  skip: ' ',
  blocked: 'x',
};

/** The plan as a list: one line for each path that is not already as it should be, then the sums. */
export function describePlan(plan: RestorePlan): string {
  const shown = plan.items.filter((item) => item.action !== 'same');
  const lines = shown.map(
    (item) => `${SIGNS[item.action]} ${displayPath(item.path)}${item.type === 'folder' ? '/' : ''}${about(item)}`,
  );
  return [...lines, sumSentence(plan), ...howSentences(plan)].join('\n');
}

/** What flash it takes, and how files take their place; none if nothing is written. */
export function howSentences({ space, mode, steps }: Pick<RestorePlan, 'space' | 'mode' | 'steps'>): string[] {
  return steps.some(({ kind }) => kind === 'write') ? [...space.map(spaceSentence), t(MODES[mode].plan)] : [];
}

/** `Flash on /: 8.2 kB needed, 1.2 MB free.` */
function spaceSentence({ mount, needed, free }: RestorePlan['space'][number]): string {
  const where = mount === ROOT ? '/' : `/${displayPath(mount)}`;
  return free === null
    ? t('Flash on {0}: {1} needed, free space unknown.', where, bytes(needed))
    : t('Flash on {0}: {1} needed, {2} free.', where, bytes(needed), bytes(free));
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
    wanted !== null && wanted !== 'folder' && wanted.from !== path ? [t('from {0}', displayPath(wanted.from))] : [];
  const there = present !== null && present !== 'folder' ? bytes(present.size) : '';
  switch (action) {
    case 'new':
      return [...size, ...from, t(type === 'file' ? 'new' : 'new folder')];
    case 'replace':
      return [...size, ...from, t('replaces {0}', there)];
    case 'delete':
      return [t('deleted'), ...(there ? [there] : [])];
    case 'conflict':
      return [
        ...size,
        ...from,
        t(wanted === null ? 'conflict: it is in no backup' : 'conflict: the one on the board is in no backup'),
        ...(beside !== undefined
          ? [t('both are kept, this one as {0}', displayPath(beside))]
          : [t(settledWords(settled ?? 'backup', isDeleted(item)))]),
      ];
    case 'skip':
      return [t('left out: {0}', skip ? skipSentence(skip) : '')];
    case 'blocked':
      return [reason ?? ''];
    default:
      return [...size, t('already the same')];
  }
}

const STATES: Record<RestoreState, Message> = {
  running: msg('under way'),
  unfinished: msg('not finished'),
  done: msg('done'),
  undone: msg('undone'),
  dropped: msg('nothing changed'),
};

export function stateWord(state: RestoreState): string {
  return t(STATES[state]);
}

/** The report of a restore, as it is kept. */
export function describeReport(record: RestoreRecord): string {
  const { at, board, backup, items, report, state } = record;
  const lines = [
    t('Restore of {0} to {1}: {2}.', localTime(at), displayPath(board.name), stateWord(state)),
    t('From the backup {0} of {1}.', backup.id.slice(0, 8), localTime(backup.createdAt)),
    safetySentence(record),
  ];
  const changes = items.map(changeLine);
  if (!report) return [...lines, t('It was to change {0}:', count(items.length, 'path')), ...changes].join('\n');
  return [
    ...lines,
    t(
      '{0} restored, {1} already the same, {2} deleted, {3} left out.',
      report.restored,
      report.unchanged,
      report.deleted,
      report.skipped.length,
    ),
    t('{0} hashed on the board afterwards and found right.', count(report.verified, 'file')),
    ...changes,
    ...report.skipped.map(
      ({ path, reason }) => `  ${t('left out: {0} ({1})', displayPath(path), displayPath(t(fromEnglish(reason))))}`,
    ),
    ...report.conflicts.map(
      ({ path, outcome }) => `  ${t('conflict: {0}: {1}', displayPath(path), displayPath(t(fromEnglish(outcome))))}`,
    ),
    ...(isMode(report.mode) ? [t(MODES[report.mode].done)] : []),
    `${t('It took {0}.', duration(report.seconds))} ${programSentence(report.program)}`.trim(),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** A later version may have others. */
function isMode(mode: string): mode is RestoreMode {
  return Object.hasOwn(MODES, mode);
}

function safetySentence({ safety, items }: Pick<RestoreRecord, 'safety' | 'items'>): string {
  if (safety !== null) return t('What was replaced is in the backup {0}.', safety.slice(0, 8));
  const hasReplaced = items.some(({ before }) => before !== null && before !== 'folder');
  return t(hasReplaced ? 'No safety backup was requested.' : 'Nothing was replaced, so there is no safety backup.');
}

/** With the signs of a plan. */
function changeLine({ path, before, after }: RestoreRecord['items'][number]): string {
  const sign = before === null ? SIGNS.new : after === null ? SIGNS.delete : SIGNS.replace;
  return `  ${sign} ${displayPath(path)}${before === 'folder' || after === 'folder' ? '/' : ''}`;
}

function programSentence(program: string): string {
  if (program === 'restarted') return t('The program that ran was restarted.');
  return program === 'stopped' ? t('The program that ran was left stopped.') : '';
}

/** A board between two states is told of wherever somebody looks. */
export function unfinishedSentence({ at, board }: Pick<RestoreRecord, 'at' | 'board'>): string {
  return t(
    'The restore of {0} to {1} was not finished: the files on the board may be a mix of old and new. Finish it, or undo it.',
    localTime(at),
    displayPath(board.name),
  );
}
