// The sections of a report: a sentence that says what was found, a picture that shows it, and the figures as a table for who wants them.

import type { BackupKind } from '../archive/manifest.js';
import { type Html, html } from '../html.js';
import { type Message, msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { BoardReport, ReportedBackup } from '../plan/boardReport.js';
import { whyFailed } from '../plan/healthFindings.js';
import { medianOf } from '../plan/median.js';
import { unsoundWord } from '../plan/soundness.js';
import { bytes, count, figure, firmwareName, shortened, timeTaken } from '../text.js';
import { bars, dots, type Lane, lanes, type Mark, type Point, shapeOf, steps, type Turn } from './reportPictures.js';
import { type TimeScale, timeScale, valueScale } from './reportScales.js';
import { growthTable, paceTable, rateOf, runsTable } from './reportTables.js';
import type { ReportTimes } from './reportTimes.js';

/** The rows, from above. */
const LANES: ReadonlyArray<readonly [ReportedBackup['origin'], Message]> = [
  ['manual', msg('By hand')],
  ['monthly', msg('Monthly')],
  ['weekly', msg('Weekly')],
  ['daily', msg('Daily')],
  ['session', msg('After use')],
  ['connect', msg('At connection')],
  ['quick', msg('Quick')],
  ['safety', msg('Before a restore')],
];

const KINDS: Readonly<Record<BackupKind, Message>> = {
  full: msg('Full: {0}'),
  differential: msg('Differential: {0}'),
  incremental: msg('Incremental: {0}'),
};

const UNSOUND: ReadonlyArray<readonly ['damaged' | 'lacking', Message]> = [
  ['damaged', msg('Damaged: {0}')],
  ['lacking', msg('With missing files: {0}')],
];

/** What stands above a pinned backup, alone; and the line of what is usual. */
const PIN = html`<path class="pinned" d="M0 5 L6 -3 L-6 -3 Z" />`;
const DASHES = html`<svg class="dashes" aria-hidden="true" width="24" height="8"><line class="usual" x1="0" x2="24" y1="4" y2="4" /></svg>`;

const DAY_MS = 86_400_000;
const RECENT_MS = 30 * DAY_MS;
/** A longer break is told of. */
const LEAST_BREAK_MS = 7 * DAY_MS;
const LONGEST_PATH = 44;
const LONGEST_NAME = 32;
/** So many changes of the firmware fit above a picture. */
const MOST_TURNS = 3;
/** What takes so many times longer than nearly all others would press those together. */
const FAR = 4;

export function timelineSection(report: BoardReport, times: ReportTimes): Html {
  const { backups, failures, hasHistory } = report;
  const title = t('Backups over time');
  const words = timelineWords(report, times);
  const unknown = hasHistory
    ? undefined
    : html`<p class="quiet">${t('Failed backups are not known: this folder of backups has no history of this board.')}</p>`;
  if (backups.length + failures.length < 2) return section('timeline', title, html`<p>${words}</p>${unknown}`);
  const scale = scaleOf(report);
  const rows: Lane[] = LANES.flatMap(([origin, label]) => {
    const own = backups.filter((backup) => backup.origin === origin);
    return own.length > 0 ? [{ label: t(label), marks: own.map((backup) => markOf(backup, times)) }] : [];
  });
  if (failures.length > 0) rows.push({ label: t('Failed'), marks: failuresOf(report, times) });
  return section(
    'timeline',
    title,
    html`<p>${words}</p>
${keyOf(report)}
${lanes({ id: 'lanes', title, description: words }, scale, rows)}
${unknown}
${runsTable(report, times)}`,
  );
}

/** What the shapes mean, and how many there are: no other legend is needed. */
function keyOf({ backups, failures }: BoardReport): Html {
  const kinds = (Object.keys(KINDS) as BackupKind[]).flatMap((shape) => {
    const number = backups.filter(({ kind }) => kind === shape).length;
    return number > 0 ? [{ shape, label: t(KINDS[shape], figure(number)) }] : [];
  });
  const unsound = UNSOUND.flatMap(([soundness, label]) => {
    const number = backups.filter((backup) => backup.soundness === soundness).length;
    return number > 0 ? [{ soundness, label: t(label, figure(number)) }] : [];
  });
  const pinned = backups.filter((backup) => backup.pinned).length;
  const entries = [
    ...kinds.map(({ shape, label }) => ({ drawn: shapeOf({ shape }), label })),
    ...(pinned > 0
      ? [
          {
            drawn: PIN,
            label: t('Pinned: {0}', figure(pinned)),
          },
        ]
      : []),
    ...unsound.map(({ soundness, label }) => ({ drawn: shapeOf({ shape: 'incremental', soundness }), label })),
    ...(failures.length > 0
      ? [{ drawn: shapeOf({ shape: 'failed' }), label: t('Failed: {0}', figure(failures.length)) }]
      : []),
  ];
  return html`<ul class="key">${entries.map(
    ({ drawn, label }) => html`<li><svg aria-hidden="true" viewBox="-10 -10 20 20">${drawn}</svg>${label}</li>`,
  )}</ul>`;
}

function timelineWords({ backups, failures }: BoardReport, times: ReportTimes): string {
  const [first] = backups;
  if (!first) return '';
  if (backups.length === 1)
    return [
      t('There is one backup so far, of {0}. Charts follow with the next one.', times.within(first.createdAt)),
      ...failureWords(failures),
    ].join(' ');
  const gap = longestBreak(backups);
  const sentences = [
    t('{0} since {1}.', count(backups.length, 'backup'), times.day(first.createdAt)),
    ...failureWords(failures),
    ...(gap
      ? [
          t(
            'The longest break was {0}, from {1} to {2}.',
            count(gap.days, 'day'),
            times.day(gap.from),
            times.day(gap.to),
          ),
        ]
      : []),
  ];
  return sentences.join(' ');
}

function longestBreak(backups: readonly ReportedBackup[]): { from: string; to: string; days: number } | undefined {
  let longest: { from: string; to: string; days: number } | undefined;
  for (const [at, { createdAt }] of backups.entries()) {
    const before = backups[at - 1]?.createdAt;
    if (before === undefined) continue;
    const length = Date.parse(createdAt) - Date.parse(before);
    if (length < LEAST_BREAK_MS || Math.floor(length / DAY_MS) <= (longest?.days ?? 0)) continue;
    longest = { from: before, to: createdAt, days: Math.floor(length / DAY_MS) };
  }
  return longest;
}

export function growthSection(report: BoardReport, times: ReportTimes): Html {
  const { at, backups, storeBytes } = report;
  const now = Date.parse(at);
  const title = t('Growth');
  // A set is a part of the board: its size says nothing of the whole.
  const whole = backups.some(({ set }) => set === null) ? backups.filter(({ set }) => set === null) : backups;
  const board = whole.at(-1)?.bytes ?? 0;
  const recent = backups.filter(({ createdAt }) => now - Date.parse(createdAt) <= RECENT_MS);
  const grown = recent.reduce((sum, { added }) => sum + added, 0);
  const words = [
    t(
      'The archives of all backups take {0} on disk. Unpacked, the files of the board are {1}.',
      bytes(storeBytes),
      bytes(board),
    ),
    ...(recent.length < backups.length ? [t('The last 30 days have added {0}.', bytes(grown))] : []),
  ].join(' ');
  if (backups.length < 2) return section('growth', title, html`<p>${words}</p>`);
  const time = scaleOf(report);
  let sum = 0;
  const store = backups.map(({ createdAt, added }) => {
    sum += added;
    return { at: Date.parse(createdAt), value: sum };
  });
  const sizes = whole.map((backup) => ({ at: Date.parse(backup.createdAt), value: backup.bytes }));
  const draw = (colour: 'store' | 'board', name: string, points: typeof store) => {
    const most = points.reduce((top, { value }) => Math.max(top, value), 0);
    const scales = { time, value: valueScale(most, 'bytes') };
    return html`<div><h3>${name}</h3>${steps({ id: colour, title: name, description: words }, scales, points, { format: bytes, colour })}</div>`;
  };
  return section(
    'growth',
    title,
    html`<p>${words}</p>
<div class="pair">${draw('store', t('Archives on disk: {0}', bytes(storeBytes)), store)}${draw('board', t('Files of the board, unpacked: {0}', bytes(board)), sizes)}</div>
${growthTable(report, times)}`,
  );
}

export function changesSection({ backups, changes }: BoardReport): Html {
  const title = t('What changes most');
  const { top, changed, unchanged } = changes;
  if (backups.length < 2)
    return section('changes', title, html`<p>${t('This is shown from the second backup on.')}</p>`);
  if (top.length === 0)
    return section('changes', title, html`<p>${t('Nothing has changed between these backups.')}</p>`);
  const rows = top.map(({ path, changes: number }) => ({
    name: html`<span class="path" title="${displayPath(path)}">${shortened(displayPath(path), LONGEST_PATH)}</span>`,
    value: number,
    label: figure(number),
  }));
  return section(
    'changes',
    title,
    html`<p>${t('Changed, added or deleted since the first backup: {0} of {1}. The figures say in how many backups.', figure(changed), count(changed + unchanged, 'file'))}</p>
${bars(rows)}`,
  );
}

export function paceSection(report: BoardReport, times: ReportTimes): Html {
  const title = t('Duration and speed');
  const { backups } = report;
  const usual = usualOf(backups);
  const rates = backups.map((backup) => ({ backup, value: rateOf(backup) })).filter(isKnown);
  const usualRate = medianOf(rates.map(({ value }) => value));
  if (!usual) return section('pace', title, html`<p>${t('It is not known how long these backups took.')}</p>`);
  const fulls = usual.taken.filter(({ backup }) => backup.kind === 'full');
  const full = medianOf(fulls.map(({ value }) => value));
  const words = [
    paceWords(usual, backups),
    ...(full === undefined || fulls.length === usual.taken.length ? [] : [t('A full one takes {0}.', timeTaken(full))]),
    ...(rates.length < 2
      ? []
      : [t('Speed is that of the line. Short backups mostly wait for answers, which lowers it.')]),
  ].join(' ');
  if (usual.taken.length < 2 && rates.length < 2) return section('pace', title, html`<p>${words}</p>`);
  const time = scaleOf(report);
  const turns = turnsOf(backups);
  const draw = (id: string, name: string, unit: 'seconds' | 'bytes', values: readonly Taken[], middle: number) => {
    const format = unit === 'seconds' ? timeTaken : perSecond;
    const points: Point[] = values.map(({ backup, value }) => {
      const { title: about, ...mark } = markOf(backup, times);
      return { ...mark, title: `${about}: ${format(value)}`, value, isPinned: false };
    });
    const scales = { time, value: valueScale(mostOf(values.map(({ value }) => value)), unit) };
    const failed = unit === 'seconds' ? failuresOf(report, times).map((mark) => ({ ...mark, value: 0 })) : [];
    const options = { format, usual: middle, turns };
    return html`<div><h3>${name} ${DASHES}</h3>${dots({ id, title: name, description: words }, scales, [...points, ...failed], options)}</div>`;
  };
  const duration = t('Duration: usually {0}', timeTaken(usual.seconds));
  return section(
    'pace',
    title,
    html`<p>${words}</p>
<div class="pair">${usual.taken.length < 2 ? undefined : draw('duration', duration, 'seconds', usual.taken, usual.seconds)}${
      usualRate === undefined || rates.length < 2
        ? undefined
        : draw('rate', t('Speed: usually {0}', perSecond(usualRate)), 'bytes', rates, usualRate)
    }</div>
${paceTable(report, times, usual.isWhole)}`,
  );
}

interface Taken {
  backup: ReportedBackup;
  value: number;
}

function isKnown(each: { backup: ReportedBackup; value: number | null | undefined }): each is Taken {
  return typeof each.value === 'number';
}

interface Usual {
  taken: Taken[];
  seconds: number;
  isWhole: boolean;
}

/** Of whole jobs where enough are known, so that all figures mean the same; else of their part on the line. */
function usualOf(backups: readonly ReportedBackup[]): Usual | undefined {
  const whole = takenOf(backups, true);
  const line = takenOf(backups, false);
  // One whole job beside many imported ones must not hide what is known of those.
  const isWhole = whole.length >= 2 || whole.length === backups.length || line.length === 0;
  const taken = isWhole ? whole : line;
  const seconds = medianOf(taken.map(({ value }) => value));
  return seconds === undefined ? undefined : { taken, seconds, isWhole };
}

function takenOf(backups: readonly ReportedBackup[], isWhole: boolean): Taken[] {
  return backups.map((backup) => ({ backup, value: isWhole ? backup.seconds : backup.lineSeconds })).filter(isKnown);
}

function paceWords({ seconds, isWhole }: Usual, backups: readonly ReportedBackup[]): string {
  const usually = timeTaken(seconds);
  if (isWhole) return t('A backup usually takes {0}, from the connection to the checked archive.', usually);
  return t(
    takenOf(backups, true).length > 0
      ? 'Reading the board usually takes {0}. How long the whole backup took is known for only one.'
      : 'Reading the board usually takes {0}. How long whole backups took is not known: this folder of backups has no history of them.',
    usually,
  );
}

/** The top of a scale: where a few are far beyond all others, those stand at its edge. */
function mostOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const most = sorted.at(-1) ?? 0;
  const nearlyAll = sorted[Math.floor(0.95 * (sorted.length - 1))] ?? most;
  return most > FAR * nearlyAll ? 1.5 * nearlyAll : most;
}

function failureWords(failures: BoardReport['failures']): string[] {
  if (failures.length === 0) return [];
  const reasons = new Map<string, number>();
  for (const { code } of failures) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  const [[code = ''] = []] = [...reasons].sort(([, one], [, other]) => other - one);
  return [t('{0} failed, most often because: {1}.', count(failures.length, 'backup'), reasonOf(code))];
}

function reasonOf(code: string): string {
  return whyFailed(code) ?? displayPath(code);
}

/** Where the firmware became another one. */
function turnsOf(backups: readonly ReportedBackup[]): Turn[] {
  const known = backups.filter(({ firmware }) => firmware !== null);
  const turns = known.filter(({ firmware }, at) => at > 0 && firmware !== known[at - 1]?.firmware);
  return turns.slice(-MOST_TURNS).map(({ createdAt, firmware }) => ({
    at: Date.parse(createdAt),
    label: shortened(displayPath(firmwareName(firmware ?? '')), LONGEST_NAME),
  }));
}

function scaleOf({ at, backups, failures }: BoardReport): TimeScale {
  const times = [...backups.map(({ createdAt }) => createdAt), ...failures.map((failure) => failure.at)].map(
    Date.parse,
  );
  return timeScale(times, Date.parse(at));
}

function markOf({ createdAt, kind, label, soundness, pinned }: ReportedBackup, times: ReportTimes): Mark {
  const when = times.at(createdAt);
  const title = label === null ? when : `${when}, ${displayPath(label)}`;
  return {
    ...{ at: Date.parse(createdAt), shape: kind, isPinned: pinned, soundness },
    title: soundness === 'damaged' || soundness === 'lacking' ? `${title}, ${unsoundWord(soundness)}` : title,
  };
}

function failuresOf({ failures }: BoardReport, times: ReportTimes): Mark[] {
  return failures.map(({ at, code }) => ({
    at: Date.parse(at),
    shape: 'failed',
    title: t('{0}, failed: {1}', times.at(at), reasonOf(code)),
  }));
}

function perSecond(value: number): string {
  return t('{0}/s', bytes(value));
}

function section(id: string, title: string, content: Html): Html {
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}
