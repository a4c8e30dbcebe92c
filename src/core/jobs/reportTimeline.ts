// The section of a report with all backups on a time line: a row for each reason to take one, and what failed.

import type { BackupKind } from '../archive/manifest.js';
import { type Html, html } from '../html.js';
import { type Message, msg, t } from '../l10n.js';
import type { BoardReport, ReportedBackup } from '../plan/boardReport.js';
import { count, figure } from '../text.js';
import { type Lane, lanes, shapeOf } from './reportPictures.js';
import { failuresOf, markOf, reasonOf, scaleOf, section } from './reportSection.js';
import { runsTable } from './reportTables.js';
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

/** What stands above a pinned backup, alone. */
const PIN = html`<path class="pinned" d="M0 5 L6 -3 L-6 -3 Z" />`;

const DAY_MS = 86_400_000;
/** Shorter breaks are not mentioned. */
const LEAST_BREAK_MS = 7 * DAY_MS;

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

function failureWords(failures: BoardReport['failures']): string[] {
  if (failures.length === 0) return [];
  const reasons = new Map<string, number>();
  for (const { code } of failures) reasons.set(code, (reasons.get(code) ?? 0) + 1);
  const [[code = ''] = []] = [...reasons].sort(([, one], [, other]) => other - one);
  return [t('{0} failed, most often because: {1}.', count(failures.length, 'backup'), reasonOf(code))];
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
