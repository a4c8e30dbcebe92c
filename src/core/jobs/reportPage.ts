// The report of a board as a page: what is the matter first, then pictures of what there is. It stands alone, in an editor of VS Code and
// as a file.

import { type Html, html, htmlPage } from '../html.js';
import { msg, t } from '../l10n.js';
import { displayPath } from '../paths.js';
import type { BoardReport } from '../plan/boardReport.js';
import type { HealthFinding } from '../plan/healthFindings.js';
import { age, bytes, count, firmwareName } from '../text.js';
import { PAGE_STYLE } from './pageStyle.js';
import { changesSection } from './reportChanges.js';
import { growthSection } from './reportGrowth.js';
import { paceSection } from './reportPace.js';
import { REPORT_STYLE } from './reportStyle.js';
import { timelineSection } from './reportTimeline.js';
import { type ReportTimes, shortTimes, WHOLE_TIMES } from './reportTimes.js';

/** What can be done from the page; a file has none of it. */
export interface ReportLinks {
  buttons: ReadonlyArray<{ title: string; href: string; isPrimary?: true }>;
  remedy(finding: HealthFinding): ReportLink | undefined;
  /** Sets up a second place. */
  secondPlace: ReportLink;
}

export interface ReportLink {
  title: string;
  href: string;
}

/** A report of ours is known by its head, whatever language it is in. */
const GENERATOR = 'MicroPython Backup: report';
const HEAD = new RegExp(
  `^<!DOCTYPE html>\\n<html lang="[^"]*">\\n<head>\\n<meta charset="utf-8"><meta name="generator" content="${GENERATOR}">`,
);

/** As much of a file as tells whether it is one. */
export const HEAD_OF_REPORT = 1024;

export function isReportPage(head: Uint8Array): boolean {
  return HEAD.test(Buffer.from(head).toString('utf8'));
}

export function reportPage(report: BoardReport, links?: ReportLinks): string {
  const times = links ? shortTimes(Date.parse(report.at)) : WHOLE_TIMES;
  return htmlPage({
    generator: GENERATOR,
    title: t('Report of {0}', displayPath(report.board.name)),
    body: html`<main>
${headline(report, times, links)}
${timelineSection(report, times)}
${growthSection(report, times)}
${changesSection(report)}
${paceSection(report, times)}
${healthSection(report, times, links)}
<p class="quiet">${t('State of {0}.', times.within(report.at))}</p>
</main>`,
    style: `${PAGE_STYLE}${REPORT_STYLE}`,
  });
}

/** How it stands, in a few sentences: also for `mpbackup report`. */
function stateSentences(
  { at, findings, health }: BoardReport,
  times: ReportTimes,
): [state: string, ...facts: string[]] {
  const now = Date.parse(at);
  const urgent = findings.filter(({ needsPerson }) => needsPerson).length;
  const { lastGoodAt, nextDueAt } = health;
  return [
    urgent === 0 ? t('All is well.') : t('Needs attention.'),
    lastGoodAt === null ? t('There is no sound backup.') : t('The last backup was taken {0}.', age(lastGoodAt, now)),
    nextDueAt === null ? t('None is scheduled.') : t('The next is due {0}.', times.within(nextDueAt)),
  ];
}

function headline(report: BoardReport, times: ReportTimes, links: ReportLinks | undefined): Html {
  const { board, findings } = report;
  const [state, ...facts] = stateSentences(report, times);
  const isWell = findings.every(({ needsPerson }) => !needsPerson);
  return html`<header>
<h1>${displayPath(board.name)}</h1>
<p class="quiet">${displayPath(board.machine)}, ${displayPath(firmwareName(board.firmware))}</p>
<p class="lead"><span class="mark ${isWell ? 'good' : 'warning'}">${isWell ? '✓' : '▲'} ${state}</span> ${facts.join(' ')}</p>
${links && html`<p class="buttons">${links.buttons.map(({ title, href, isPrimary }) => html`<a class="button${isPrimary ? ' primary' : ''}" href="${href}">${title}</a>`)}</p>`}
${findings.length > 0 ? html`<ul class="findings">${findings.map((finding) => findingItem(finding, links?.remedy(finding)))}</ul>` : undefined}
</header>`;
}

function findingItem({ needsPerson, sentence, hint }: HealthFinding, remedy: ReportLink | undefined): Html {
  const mark = needsPerson ? html`<span class="mark warning">▲ ${t('Needs you:')}</span> ` : undefined;
  const link = remedy && html` <a href="${remedy.href}">${remedy.title}</a>`;
  return html`<li${needsPerson ? html` class="warning"` : undefined}>${mark}${sentence} ${hint}${link}</li>`;
}

const FACTS = {
  last: msg('Last backup'),
  schedule: msg('Schedule'),
  missed: msg('Missed'),
  success: msg('Success in 90 days'),
  unverified: msg('Not verified for 30 days'),
  place: msg('Second place'),
} as const;

function healthSection(
  { at, health, schedules, secondPlace }: BoardReport,
  times: ReportTimes,
  links: ReportLinks | undefined,
): Html {
  const now = Date.parse(at);
  const { lastGoodAt, missed, unverified, successRate } = health;
  const rate = successRate === null ? undefined : `${Math.round(100 * successRate)} %`;
  const facts: Array<[string, string | Html]> = [
    [t(FACTS.last), lastGoodAt === null ? t('None is sound') : `${times.at(lastGoodAt)} (${age(lastGoodAt, now)})`],
    ...schedules.map((schedule): [string, string] => [
      schedule.set === null ? t(FACTS.schedule) : t('Schedule of set {0}', displayPath(schedule.set)),
      schedule.nextDueAt === null
        ? schedule.rules
        : t('{0}; next {1}', schedule.rules, times.within(schedule.nextDueAt)),
    ]),
    [t(FACTS.missed), missed === 0 ? t('None') : count(missed, 'backup')],
    [t(FACTS.success), rate ?? t('No backup was taken')],
    [
      t(FACTS.unverified),
      unverified === 0 ? t('None: each was taken or verified in that time') : count(unverified, 'backup'),
    ],
    [t(FACTS.place), secondPlace ? placeText(secondPlace, now) : noPlace(links?.secondPlace)],
  ];
  return html`<section aria-labelledby="health"><h2 id="health">${t('Health and what is next')}</h2>
<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl></section>`;
}

function noPlace(link: ReportLink | undefined): Html {
  const sentence = t('None is set up: these backups are in one place only.');
  if (link) return html`${sentence} <a href="${link.href}">${link.title}</a>`;
  return html`${sentence} ${t('In VS Code, use "Set Up Second Place"; on the command line, {0}.', 'mpbackup offsite set PLACE')}`;
}

function placeText(secondPlace: NonNullable<BoardReport['secondPlace']>, now: number): string {
  const { place, waiting, lastCopyAt } = secondPlace;
  const name = displayPath(place);
  if (lastCopyAt === null) return t('{0}: nothing has been copied yet', name);
  if (waiting > 0) return t('{0}: {1} still to be copied', name, count(waiting, 'archive'));
  return t('{0}: all is there, last copied {1}', name, age(lastCopyAt, now));
}

/** For `mpbackup report`. */
export function reportText(report: BoardReport): string {
  const { board, findings, backups, storeBytes, changes, failures } = report;
  const [state, ...facts] = stateSentences(report, WHOLE_TIMES);
  const newest = backups.at(-1);
  const size = bytes(newest?.bytes ?? 0);
  const most = changes.top[0];
  return [
    `${displayPath(board.name)}: ${state} ${facts.join(' ')}`,
    ...findings.map(({ needsPerson, sentence, hint }) => `${needsPerson ? '!' : '-'} ${sentence} ${hint}`),
    `${count(backups.length, 'backup')} in archives of ${bytes(storeBytes)} on disk; unpacked, the files of the board are ${size}.`,
    ...(failures.length > 0 ? [`${count(failures.length, 'backup')} failed.`] : []),
    ...(most ? [`What changes most: ${displayPath(most.path)}, in ${count(most.changes, 'backup')}.`] : []),
  ].join('\n');
}
